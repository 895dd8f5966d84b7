import { RepositoryPattern } from '@berth/access';
import type { Knex } from 'knex';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openKnex } from '../connection/index.ts';
import { useTestDatabase } from '../testing/index.ts';
import { rowsOf } from '../transactions.ts';

const database = useTestDatabase();
let knex: Knex;
beforeAll(() => {
  knex = openKnex({ url: database.url, applicationName: 'test' });
});
afterAll(() => knex.destroy());

const NAMES = [
  'team/app',
  'team/app-a',
  'team/app-a/b',
  'team/a',
  'team/ab/c/d',
  'team2/app',
  'team/x.y',
  'team/xzy',
  'team/x_y',
  'team/a--b',
];

test.each([
  'team/app',
  'team/app-*',
  'team/*',
  'team/**',
  'team/**/d',
  'team/?',
  'team/x?y',
  'team/x.y',
  'team/{a,app}{,-a}',
  'team/{}',
  'team/***-b',
])('lists are filtered by %s as decisions are', async (text) => {
  const pattern = RepositoryPattern.of(text);
  const rows = await rowsOf<{ name: string }>(knex, 'select name from unnest(?::text[]) as name where name ~ any(?::text[])', [
    NAMES,
    [pattern.posix],
  ]);
  expect(rows.map(({ name }) => name)).toEqual(NAMES.filter((name) => pattern.matches(name)));
});
