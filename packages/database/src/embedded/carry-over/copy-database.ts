import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import type { ConnectionOptions } from '../connection-options.ts';
import { EmbeddedPostgresError } from '../embedded-postgres-error.ts';
import { exportQuery, readSequences, readTables, sumTable, type Table } from './catalog.ts';

export interface CopyPlan {
  /** Both as superuser, in the database to copy. */
  readonly source: ConnectionOptions;
  readonly target: ConnectionOptions;
  readonly onNotice: (sentence: string) => void;
}

/**
 * Copies every row and every sequence's position from `source` to `target`, whose schema is there already, and verifies rows and
 * checksum of each table. The source is read in one snapshot, the target written in one transaction: it is all there or nothing.
 */
export async function copyDatabase(plan: CopyPlan): Promise<void> {
  const source = new pg.Client({ ...plan.source, connectionTimeoutMillis: 30_000 });
  const target = new pg.Client({ ...plan.target, connectionTimeoutMillis: 30_000 });
  try {
    await source.connect();
    await target.connect();
    for (const client of [source, target])
      await client.query(`SET extra_float_digits = 3; SET datestyle = 'ISO'; SET intervalstyle = 'postgres'`);
    await source.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await target.query('BEGIN');
    // The rows were consistent where they come from; triggers (foreign keys are triggers too) would only run twice.
    await target.query('SET LOCAL session_replication_role = replica');
    const tables = await matchTables(source, target);
    await emptyTables(target, tables);
    for (const table of tables) await copyTable(source, target, table);
    await setSequences(source, target);
    for (const table of tables) await verifyTable(source, target, table);
    await target.query('COMMIT');
    await target.query('ANALYZE');
    plan.onNotice(`Copied and verified ${tables.length} tables.`);
  } finally {
    // Whatever is open is rolled back by the end of the session.
    await Promise.all([source.end(), target.end()]);
  }
}

/** The tables to copy. Refuses when rows would have no place in the new schema. */
async function matchTables(source: pg.Client, target: pg.Client): Promise<readonly Table[]> {
  const theirs = await readTables(source);
  const ours = new Map((await readTables(target)).map((table) => [table.name, table.columns.join(', ')]));
  const matched: Table[] = [];
  for (const table of theirs) {
    if (ours.get(table.name) === table.columns.join(', ')) matched.push(table);
    else if ((await sumTable(source, table)).rows !== '0') {
      throw new EmbeddedPostgresError(
        `The table ${table.name} holds rows but has no equal in the new database, so they cannot be carried over. The old database is unchanged; start the former version of Berth with it.`,
      );
    }
  }
  return matched;
}

/** Migrations may have written first rows; the old ones take their place. */
async function emptyTables(target: pg.Client, tables: readonly Table[]): Promise<void> {
  if (tables.length > 0) await target.query(`TRUNCATE ${tables.map((table) => table.name).join(', ')}`);
}

async function copyTable(source: pg.Client, target: pg.Client, table: Table): Promise<void> {
  const list = `${table.name} (${table.columns.join(', ')})`;
  if (table.columns.length === 0) return;
  await pipeline(source.query(copyTo(`COPY (${exportQuery(table)}) TO STDOUT`)), target.query(copyFrom(`COPY ${list} FROM STDIN`)));
}

async function setSequences(source: pg.Client, target: pg.Client): Promise<void> {
  const known = new Set((await readSequences(target)).map((sequence) => sequence.name));
  for (const { name, lastValue, isCalled } of await readSequences(source)) {
    if (known.has(name)) await target.query('SELECT setval($1::regclass, $2::bigint, $3)', [name, lastValue, isCalled]);
  }
}

async function verifyTable(source: pg.Client, target: pg.Client, table: Table): Promise<void> {
  const [theirs, ours] = [await sumTable(source, table), await sumTable(target, table)];
  if (theirs.rows === ours.rows && theirs.checksum === ours.checksum) return;
  throw new EmbeddedPostgresError(
    `The table ${table.name} did not arrive as it was (${theirs.rows} rows before, ${ours.rows} after, or other content). The new copy is dropped; the old database is unchanged.`,
  );
}
