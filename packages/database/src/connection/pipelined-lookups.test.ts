import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useTestDatabase } from '../testing/index.ts';
import { LookupUnavailableError, openKnex, PipelinedLookups } from './index.ts';

const ECHO = { name: 'test-echo', text: 'SELECT $1::int8 AS value' };
const SLEEP = { name: 'test-sleep', text: 'SELECT pg_sleep($1)' };

describe('PipelinedLookups', () => {
  const database = useTestDatabase();
  let knex: Knex;
  let lookups: PipelinedLookups;
  let troubles: Error[];

  beforeAll(async () => {
    knex = openKnex({ url: database.url, applicationName: 'test' });
    await knex.raw('CREATE TABLE shelf (id int8 PRIMARY KEY, note text)');
    await knex.raw(`INSERT INTO shelf VALUES (1, 'one')`);
  });
  afterAll(() => knex.destroy());
  beforeEach(() => {
    troubles = [];
    lookups = new PipelinedLookups({ url: database.url, applicationName: 'test-lookups', onTrouble: (error) => troubles.push(error) });
  });
  afterEach(() => lookups.close());

  const sessions = async (): Promise<readonly number[]> => {
    const rows = await knex('pg_stat_activity')
      .where({ application_name: 'test-lookups' })
      .whereRaw('datname = current_database()')
      .select('pid');
    return rows.map((row: { pid: number }) => row.pid);
  };

  it('answers a thousand lookups, each with its own rows, over one session', async () => {
    const values = Array.from({ length: 1000 }, (_, index) => index);
    const answers = await Promise.all(values.map((value) => lookups.query<{ value: number }>(ECHO, [value])));
    expect(answers.map((rows) => rows[0]?.value)).toEqual(values);
    expect(await sessions()).toHaveLength(1);
  });

  it('a failing lookup does not disturb those before and behind it', async () => {
    const before = lookups.query<{ value: number }>(ECHO, [1]);
    const failing = lookups.query({ name: 'test-division', text: 'SELECT 1 / $1::int' }, [0]);
    const behind = lookups.query<{ value: number }>(ECHO, [2]);
    await expect(failing).rejects.toMatchObject({ code: '22012' });
    expect([await before, await behind]).toEqual([[{ value: 1 }], [{ value: 2 }]]);
  });

  it('rejects an integer that no number holds', async () => {
    await expect(lookups.query(ECHO, ['9007199254740993'])).rejects.toThrow('9007199254740993');
    expect(await lookups.query(ECHO, [3])).toEqual([{ value: 3 }]);
  });

  it('refuses statements that may block or write', async () => {
    const blocking = lookups.query({ name: 'test-lock', text: 'SELECT id FROM shelf WHERE id = $1 FOR UPDATE' }, [1]);
    await expect(blocking).rejects.toMatchObject({ code: '25006' });
    const writing = lookups.query({ name: 'test-write', text: 'DELETE FROM shelf WHERE id = $1' }, [1]);
    await expect(writing).rejects.toMatchObject({ code: '25006' });
  });

  it('rejects what was in flight when the session is killed, and connects again', async () => {
    await lookups.query(ECHO, [1]);
    const pending = [lookups.query(SLEEP, [30]), lookups.query(ECHO, [2])];
    const settled = Promise.allSettled(pending);
    const [pid] = await sessions();
    await knex.raw('SELECT pg_terminate_backend(?)', [pid ?? 0]);
    for (const result of await settled) {
      expect(result).toMatchObject({ status: 'rejected', reason: expect.any(LookupUnavailableError) });
    }
    expect(await lookups.query(ECHO, [3])).toEqual([{ value: 3 }]);
    expect(troubles).not.toHaveLength(0);
    expect(await sessions()).not.toContain(pid);
  });

  it('plans again when a migration changed what a statement answers', async () => {
    const all = { name: 'test-all', text: 'SELECT * FROM shelf WHERE id = $1' };
    expect(await lookups.query(all, [1])).toEqual([{ id: 1, note: 'one' }]);
    await knex.raw('ALTER TABLE shelf ADD COLUMN row_number int NOT NULL DEFAULT 7');
    const both = await Promise.all([lookups.query(all, [1]), lookups.query(all, [1])]);
    expect(both).toEqual([[{ id: 1, note: 'one', row_number: 7 }], [{ id: 1, note: 'one', row_number: 7 }]]);
  });

  it('close lets lookups in flight finish, refuses later ones, and ends the session', async () => {
    const last = lookups.query(SLEEP, [0.05]);
    await sleep(0);
    while ((await sessions()).length === 0) await sleep(5);
    await lookups.close();
    await expect(last).resolves.toHaveLength(1);
    await expect(lookups.query(ECHO, [1])).rejects.toBeInstanceOf(LookupUnavailableError);
    while ((await sessions()).length > 0) await sleep(5);
  });

  it('rejects in words when there is no database, and names the cause', async () => {
    const nowhere = new PipelinedLookups({ url: 'postgresql://berth:secret@%2Fnonexistent:5432/berth', applicationName: 'test' });
    const error = await nowhere.query(ECHO, [1]).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(LookupUnavailableError);
    expect((error as Error).message).toContain('could not be reached');
    expect((error as { cause?: { cause?: { code?: string } } }).cause?.cause?.code).toBe('ENOENT');
    await nowhere.close();
  }, 20_000);
});
