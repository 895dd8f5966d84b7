import type { Knex } from 'knex';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openKnex } from './connection/index.ts';
import { listedRowsOf } from './list-places.ts';
import { useTestDatabase } from './testing/index.ts';
import { inTransaction, rowsOf } from './transactions.ts';

const database = useTestDatabase();
const LOCK = 4_711;
let knex: Knex;

beforeAll(() => {
  knex = openKnex({ url: database.url, applicationName: 'lists', poolSize: 5 });
});
afterAll(() => knex.destroy());

test('lists that take long leave connections to everything else, and all come to their end', async () => {
  const slow = new pg.Client({ connectionString: database.url });
  await slow.connect();
  await slow.query('select pg_advisory_lock($1)', [LOCK]);
  const lists = Array.from({ length: 20 }, (_, number) =>
    listedRowsOf(knex, 'select ?::integer as number, pg_advisory_xact_lock_shared(?)', [number, LOCK]),
  );
  const waiting = async (): Promise<number> => {
    const { rows } = await slow.query<{ count: string }>(
      `select count(*) from pg_stat_activity where application_name = 'lists' and wait_event = 'advisory'`,
    );
    return Number(rows[0]?.count);
  };
  await expect.poll(waiting).toBe(3);
  // With nothing set aside they would wait behind the lists.
  const others = Array.from({ length: 5 }, () => inTransaction(knex, (transaction) => rowsOf(transaction, 'select 1', [])));
  expect(await Promise.all(others)).toHaveLength(5);
  expect(await waiting()).toBe(3);
  await slow.end();
  expect((await Promise.all(lists)).map(([row]) => (row as { number: number }).number)).toEqual(lists.map((_, number) => number));
});
