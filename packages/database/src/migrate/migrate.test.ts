import { setTimeout as sleep } from 'node:timers/promises';
import type { NamedMigration } from '@berth/migrations';
import type { Knex } from 'knex';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openKnex } from '../connection/index.ts';
import { useTestDatabase } from '../testing/index.ts';
import { appliedMigrations, migrate, SchemaMismatchError } from './index.ts';

const step = (name: string, sql: string): NamedMigration => ({
  name,
  up: async (knex) => void (await knex.raw(sql)),
  down: async () => undefined,
});
const first = step('first', 'CREATE TABLE one (id int)');
const second = step('second', 'CREATE TABLE two (id int)');
const third = step('third', 'CREATE TABLE three (id int)');

describe('migrate', () => {
  const database = useTestDatabase();
  let knex: Knex;

  beforeAll(() => {
    knex = openKnex({ url: database.url, applicationName: 'test' });
  });
  afterAll(() => knex.destroy());
  // The clone comes with the released schema; these tests have their own.
  beforeEach(() => knex.raw('DROP TABLE IF EXISTS berth_migrations, one, two, three'));

  it('runs what is missing, in order, once', async () => {
    expect(await appliedMigrations(knex)).toEqual([]);
    expect(await migrate(database.url, { migrations: [first, second] })).toEqual(['first', 'second']);
    expect(await migrate(database.url, { migrations: [first, second, third] })).toEqual(['third']);
    expect(await migrate(database.url, { migrations: [first, second, third] })).toEqual([]);
    expect(await appliedMigrations(knex)).toEqual(['first', 'second', 'third']);
  });

  it('refuses a schema that is newer than the program, with a sentence, and changes nothing', async () => {
    await migrate(database.url, { migrations: [first, second] });
    const refusal = migrate(database.url, { migrations: [first] });
    await expect(refusal).rejects.toBeInstanceOf(SchemaMismatchError);
    await expect(refusal).rejects.toThrow(/newer than this Berth: it has the migration second/);
    expect(await appliedMigrations(knex)).toEqual(['first', 'second']);
  });

  it('refuses a schema with another history', async () => {
    await migrate(database.url, { migrations: [first, second] });
    await expect(migrate(database.url, { migrations: [first, third, second] })).rejects.toThrow(/second where this Berth has third/);
    expect(await knex.schema.hasTable('three')).toBe(false);
  });

  it('leaves no half step of a migration that fails, and goes on from there later', async () => {
    const broken = step('second', 'CREATE TABLE two (id int); SELECT 1 / 0');
    await expect(migrate(database.url, { migrations: [first, broken, third] })).rejects.toMatchObject({ code: '22012' });
    expect(await knex.schema.hasTable('two')).toBe(false);
    expect(await migrate(database.url, { migrations: [first, second, third] })).toEqual(['second', 'third']);
  });

  it('lets many replicas start at once: each step runs once', async () => {
    const slow = step('second', 'CREATE TABLE two (id int); SELECT pg_sleep(0.05)');
    const runs = await Promise.all(Array.from({ length: 8 }, () => migrate(database.url, { migrations: [first, slow, third] })));
    expect(runs.flat().sort()).toEqual(['first', 'second', 'third']);
  });

  it('is not blocked by a migrator that died in the middle', async () => {
    const endless = step('second', 'CREATE TABLE two (id int); SELECT pg_sleep(600)');
    const doomed = migrate(database.url, { migrations: [first, endless] });
    const outcome = expect(doomed).rejects.toThrow();
    for (;;) {
      const { rows } = await knex.raw<{ rows: { killed: boolean }[] }>(
        `SELECT pg_terminate_backend(pid) AS killed FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'`,
      );
      if (rows.length > 0) break;
      await sleep(10);
    }
    await outcome;
    expect(await migrate(database.url, { migrations: [first, second] })).toEqual(['second']);
  });

  it('stops where it is told to', async () => {
    expect(await migrate(database.url, { migrations: [first, second, third], upTo: 'second' })).toEqual(['first', 'second']);
    await expect(migrate(database.url, { migrations: [first], upTo: 'nowhere' })).rejects.toBeInstanceOf(SchemaMismatchError);
  });
});
