import type { Knex } from 'knex';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openKnex } from './connection/index.ts';
import { useTestDatabase } from './testing/index.ts';
import { inTransaction, rollBackWith, rowsOf, sqlState } from './transactions.ts';

const database = useTestDatabase();
let knex: Knex;

beforeAll(async () => {
  knex = openKnex({ url: database.url, applicationName: 'transactions' });
  await knex.raw('create table counters (name text primary key, value integer not null)');
});
beforeEach(() => knex.raw(`truncate counters; insert into counters values ('a', 0), ('b', 0)`));
afterAll(() => knex.destroy());

const values = (): Promise<readonly { value: number }[]> => rowsOf(knex, 'select value from counters order by name', []);

test('a failure takes everything back and keeps its error', async () => {
  const failure = new Error('no');
  await expect(
    inTransaction(knex, async (transaction) => {
      await rowsOf(transaction, 'update counters set value = 1', []);
      throw failure;
    }),
  ).rejects.toBe(failure);
  expect(await values()).toEqual([{ value: 0 }, { value: 0 }]);
});

test('rollBackWith takes everything back and gives its result', async () => {
  const result = await inTransaction(knex, async (transaction) => {
    await rowsOf(transaction, 'update counters set value = 1', []);
    return rollBackWith('taken back');
  });
  expect(result).toBe('taken back');
  expect(await values()).toEqual([{ value: 0 }, { value: 0 }]);
});

test('two transactions that lock in opposite order both succeed', async () => {
  let arrived = 0;
  let open = (): void => undefined;
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const bump = (first: string, second: string): Promise<void> =>
    inTransaction(knex, async (transaction) => {
      await rowsOf(transaction, 'update counters set value = value + 1 where name = ?', [first]);
      arrived += 1;
      if (arrived >= 2) open();
      await gate;
      await rowsOf(transaction, 'update counters set value = value + 1 where name = ?', [second]);
    });
  await Promise.all([bump('a', 'b'), bump('b', 'a')]);
  expect(arrived, 'one of them had to start again').toBe(3);
  expect(await values()).toEqual([{ value: 2 }, { value: 2 }]);
});

test('what never succeeds is given up after six attempts, with the database error', async () => {
  let attempts = 0;
  const error: unknown = await inTransaction(knex, async (transaction) => {
    attempts += 1;
    await rowsOf(transaction, `do $$ begin raise exception 'again' using errcode = '40001'; end $$`, []);
  }).catch((failure: unknown) => failure);
  expect(attempts).toBe(6);
  expect(sqlState(error)).toBe('40001');
});

test('another failure is not tried again', async () => {
  let attempts = 0;
  const work = inTransaction(knex, async (transaction) => {
    attempts += 1;
    await rowsOf(transaction, `insert into counters values ('a', 1)`, []);
  });
  await expect(work).rejects.toMatchObject({ code: '23505' });
  expect(attempts).toBe(1);
});

test('a table that a migration changes under a prepared statement is read anew, alone and in a transaction', async () => {
  const single = openKnex({ url: database.url, applicationName: 'stale', poolSize: 1 });
  try {
    await knex.raw('create table changing (id integer primary key, note text not null)');
    const read = (on: Knex) => rowsOf(on, 'select * from changing', []);
    const readInside = () => inTransaction(single, read);
    await read(single);
    for (const [column, work] of [['more', () => read(single)] as const, ['yet_more', readInside] as const]) {
      await read(single);
      await knex.raw(`alter table changing add column ${column} text; truncate changing; insert into changing (id, note) values (1, 'n')`);
      expect(await work()).toMatchObject([{ id: 1, note: 'n', [column]: null }]);
    }
  } finally {
    await single.destroy();
  }
});
