import type { Knex } from 'knex';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { useTestDatabase } from '../testing/index.ts';
import { openKnex } from './index.ts';

describe('openKnex', () => {
  const database = useTestDatabase();
  let knex: Knex;
  beforeAll(() => {
    knex = openKnex({ url: database.url, applicationName: 'berth-test', poolSize: 2, statementTimeoutMs: 200 });
  });
  afterAll(() => knex.destroy());

  it('answers bigint and count() as numbers and refuses those that no number holds', async () => {
    const { rows } = await knex.raw<{ rows: object[] }>(
      `SELECT 9007199254740991::int8 AS big, -5::int8 AS small, count(*) AS counted, ARRAY[[1, NULL], [2, 3]]::int8[] AS many`,
    );
    expect(rows).toEqual([
      {
        big: Number.MAX_SAFE_INTEGER,
        small: -5,
        counted: 1,
        many: [
          [1, null],
          [2, 3],
        ],
      },
    ]);
    await expect(knex.raw('SELECT 9007199254740993::int8')).rejects.toThrow('9007199254740993');
    await expect(knex.raw('SELECT ARRAY[9007199254740993::int8]')).rejects.toThrow('9007199254740993');
  });

  it('cancels a statement that takes too long, and the connection lives on', async () => {
    await expect(knex.raw('SELECT pg_sleep(60)')).rejects.toMatchObject({ code: '57014' });
    expect((await knex.raw<{ rows: object[] }>('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });

  it('never holds more connections than its pool, and names them', async () => {
    await Promise.all(Array.from({ length: 10 }, () => knex.raw('SELECT pg_sleep(0.02)')));
    const { rows } = await knex.raw<{ rows: { sessions: number }[] }>(
      `SELECT count(*) AS sessions FROM pg_stat_activity WHERE application_name = 'berth-test'`,
    );
    expect(rows).toEqual([{ sessions: 2 }]);
  });

  it('survives the loss of its connections', async () => {
    await knex.raw(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'berth-test' AND pid <> pg_backend_pid()`,
    );
    await knex.raw('SELECT pg_terminate_backend(pg_backend_pid())').catch(() => undefined);
    // The pool learns of the loss a moment after the query that met it.
    await vi.waitFor(async () => expect((await knex.raw<{ rows: object[] }>('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]), {
      timeout: 20_000,
    });
  });
});
