import type { Readable } from 'node:stream';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { exportQuery, readSequences, readTables, type SequencePosition, type Table } from '../embedded/carry-over/catalog.ts';
import { isBackedUp } from './not-backed-up.ts';

/** The database at one moment. One stream at a time. */
export interface DatabaseSnapshot {
  /** Names of the schema's migrations, in their order. */
  readonly migrations: readonly string[];
  readonly storageId: string;
  readonly tables: readonly Table[];
  readonly sequences: readonly SequencePosition[];
  /** Rows as the text of COPY, one line each. */
  rows(table: Table): Readable;
  /** A line for each blob that is not quarantined, in digest order: digest, bytes and storage key, with tabs between. */
  blobs(): Readable;
}

const CONNECT_MILLISECONDS = 10_000;

/** Runs `work` on one repeatable-read snapshot. Pushes go on; nothing is locked. */
export async function withDatabaseSnapshot<Result>(url: string, work: (snapshot: DatabaseSnapshot) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'berth-backup',
    connectionTimeoutMillis: CONNECT_MILLISECONDS,
    keepAlive: true,
  });
  // A connection that is lost fails the stream or the statement under way; unheard, the event would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(`SET extra_float_digits = 3; SET datestyle = 'ISO'; SET intervalstyle = 'postgres'; SET client_encoding = 'UTF8'`);
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const migrations = await client.query<{ name: string }>('SELECT name FROM berth_migrations ORDER BY position');
    const storage = await client.query<{ id: string }>(`SELECT value->>'id' AS id FROM settings WHERE name = 'storage'`);
    return await work({
      migrations: migrations.rows.map(({ name }) => name),
      storageId: storage.rows[0]?.id ?? '',
      tables: (await readTables(client)).filter(({ name }) => isBackedUp(name)),
      sequences: (await readSequences(client)).filter(({ name }) => isBackedUp(name)),
      rows: (table) => client.query(copyTo(`COPY (${exportQuery(table)}) TO STDOUT`)),
      blobs: () =>
        client.query(copyTo(`COPY (SELECT digest, size, storage_key FROM blobs WHERE state <> 'quarantined' ORDER BY digest) TO STDOUT`)),
    });
  } finally {
    await client.end();
  }
}
