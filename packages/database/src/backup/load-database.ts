import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { readTables } from '../embedded/carry-over/catalog.ts';

export interface LoadedTable {
  /** Quoted, with its schema. */
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: number;
  /** Lines of COPY. */
  content(): AsyncIterable<Buffer>;
}

export interface LoadPlan {
  readonly tables: readonly LoadedTable[];
  readonly sequences: readonly { readonly name: string; readonly lastValue: string; readonly isCalled: boolean }[];
  /** Where the blobs are now. */
  readonly storageId: string;
  /** They came with the backup, so that no move to another storage that was under way has to go on. */
  readonly wholeStorage?: boolean;
  /** Digests of blobs whose bytes are not there: hidden until the next push heals them. */
  readonly missing: readonly string[];
}

/** The rows do not fit the database; nothing of them stays in it. */
export class LoadRefusedError extends Error {
  override readonly name = 'LoadRefusedError';
}

const IDENTIFIER = /^(?:[a-z_][a-z0-9_]*|"(?:[^"\0]|"")+")$/;

/**
 * Whether the database holds anything that a restore would take away: undefined when it holds none of our tables, or only what the first
 * start of a server makes; otherwise a sentence.
 */
export async function occupiedBy(url: string): Promise<string | undefined> {
  return withClient(url, async (client) => {
    const others = await client.query<{ name: string }>(
      `SELECT DISTINCT application_name AS name FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name LIKE 'berth%'`,
    );
    if (others.rows.length > 0) return 'a Berth server is connected to it; stop it first';
    return holdings(client);
  });
}

/** In words; undefined for none. */
async function holdings(client: pg.Client): Promise<string | undefined> {
  const { rows } = await client.query<{ present: boolean }>(`SELECT to_regclass('public.berth_migrations') IS NOT NULL AS present`);
  if (rows[0]?.present !== true) return undefined;
  for (const [table, allowed, what] of HOLDINGS) {
    const known = await client.query<{ present: boolean }>(`SELECT to_regclass('public.${table}') IS NOT NULL AS present`);
    if (known.rows[0]?.present !== true) continue;
    const found = await client.query(`SELECT 1 FROM ${table} LIMIT ${allowed + 1}`);
    if (found.rows.length > allowed) return `it has ${what}`;
  }
  return undefined;
}

/** Tables, how many rows the first start makes, and a word for more. */
const HOLDINGS = [
  ['users', 1, 'users'],
  ['projects', 0, 'projects'],
  ['repositories', 0, 'repositories'],
  ['robots', 0, 'robot accounts'],
  ['blobs', 0, 'blobs'],
] as const;

/** Whether there is anything in it that somebody would miss: the first start alone makes nothing of the kind. */
export async function holdsContent(url: string): Promise<boolean> {
  return withClient(url, async (client) => (await holdings(client)) !== undefined);
}

/** Takes away everything that migrations and the first start made. Only for a database that {@link occupiedBy} finds empty. */
export async function clearSchema(url: string): Promise<void> {
  await withClient(url, async (client) => {
    await client.query('BEGIN');
    await client.query('DROP SCHEMA public CASCADE');
    await client.query('CREATE SCHEMA public');
    await client.query('COMMIT');
  });
}

/**
 * Fills a database whose schema is that of the rows, in one transaction: everything is there afterwards, or nothing. Triggers of ours are
 * off meanwhile, foreign keys are checked. Throws {@link LoadRefusedError}.
 */
export async function loadDatabase(url: string, plan: LoadPlan): Promise<void> {
  await withClient(url, async (client) => {
    await client.query('BEGIN');
    const known = new Map((await readTables(client)).map((table) => [table.name, new Set(table.columns)]));
    for (const { name, columns } of plan.tables) {
      if (known.get(name) === undefined || columns.some((column) => !known.get(name)?.has(column) || !IDENTIFIER.test(column)))
        throw new LoadRefusedError(`The backup has the table ${name} in another shape than this schema. Nothing was written.`);
    }
    const ours = [...known.keys()].filter((name) => name.startsWith('public.') && name !== 'public.berth_migrations');
    for (const name of ours) await client.query(`ALTER TABLE ${name} DISABLE TRIGGER USER`);
    await client.query(`TRUNCATE ${ours.join(', ')}`);
    for (const table of await inReferenceOrder(client, plan.tables)) await fill(client, table);
    for (const { name, lastValue, isCalled } of plan.sequences)
      await client.query('SELECT setval($1::regclass, $2::bigint, $3)', [name, lastValue, isCalled]);
    await client.query(
      `INSERT INTO settings (name, value) VALUES ('storage', $1) ON CONFLICT (name) DO UPDATE SET value = excluded.value, updated_at = now()`,
      [JSON.stringify({ id: plan.storageId })],
    );
    if (plan.wholeStorage === true) await client.query(`DELETE FROM settings WHERE name = 'storage_move'`);
    if (plan.missing.length > 0) await client.query(`UPDATE blobs SET state = 'quarantined' WHERE digest = ANY ($1)`, [plan.missing]);
    for (const name of ours) await client.query(`ALTER TABLE ${name} ENABLE TRIGGER USER`);
    await client.query('COMMIT');
    await client.query('ANALYZE');
  });
}

async function fill(client: pg.Client, { name, columns, rows, content }: LoadedTable): Promise<void> {
  if (rows === 0 || columns.length === 0) return;
  const copy = client.query(copyFrom(`COPY ${name} (${columns.join(', ')}) FROM STDIN`));
  await pipeline(Readable.from(content(), { objectMode: false }), copy);
  if (copy.rowCount !== rows) throw new LoadRefusedError(`Of ${name}, ${copy.rowCount} of ${rows} rows arrived. Nothing was written.`);
}

/** What others refer to comes first. */
async function inReferenceOrder(client: pg.Client, tables: readonly LoadedTable[]): Promise<readonly LoadedTable[]> {
  const { rows } = await client.query<{ child: string; parent: string }>(`
    SELECT format('%I.%I', cn.nspname, c.relname) AS child, format('%I.%I', pn.nspname, p.relname) AS parent
    FROM pg_constraint k
    JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace cn ON cn.oid = c.relnamespace
    JOIN pg_class p ON p.oid = k.confrelid JOIN pg_namespace pn ON pn.oid = p.relnamespace
    WHERE k.contype = 'f' AND k.conrelid <> k.confrelid`);
  const waiting = new Map(tables.map((table) => [table.name, table]));
  const ordered: LoadedTable[] = [];
  while (waiting.size > 0) {
    const ready = [...waiting.values()].filter(({ name }) => !rows.some(({ child, parent }) => child === name && waiting.has(parent)));
    if (ready.length === 0) throw new LoadRefusedError('Tables of the backup refer to each other in a circle. Nothing was written.');
    for (const table of ready) waiting.delete(table.name);
    ordered.push(...ready);
  }
  return ordered;
}

async function withClient<Result>(url: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'berth-restore',
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await work(client);
  } finally {
    // What is open is rolled back by the end of the session.
    await client.end();
  }
}
