import { digestOfBytes, parseReference, parseRepositoryName } from '@berth/oci';
import type { Knex } from 'knex';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openKnex, PipelinedLookups } from './connection/index.ts';
import { DatabaseUnavailableError } from './database-unavailable-error.ts';
import { createBlobRecords, createManifestRecords } from './registry/index.ts';
import { useTestDatabase } from './testing/index.ts';
import { inTransaction, rowsOf } from './transactions.ts';

const database = useTestDatabase();
const repository = parseRepositoryName('p/app');
const digest = digestOfBytes(Buffer.from('x'));

describe('a database that cannot be reached', () => {
  let knex: Knex;
  let lookups: PipelinedLookups;
  beforeAll(() => {
    const url = 'postgresql://nobody:x@%2Fnowhere:5432/none';
    knex = openKnex({ url, applicationName: 'away' });
    lookups = new PipelinedLookups({ url, applicationName: 'away' });
  });
  afterAll(async () => {
    await lookups.close();
    await knex.destroy();
  });

  test('rejects transactions and lists with DatabaseUnavailableError that keeps its cause', async () => {
    const records = createBlobRecords({ knex, lookups });
    for (const work of [() => records.unlink(repository, digest), () => records.findAnywhere(digest)]) {
      const error: unknown = await work().catch((failure: unknown) => failure);
      expect(error).toBeInstanceOf(DatabaseUnavailableError);
      expect((error as Error).cause).toBeInstanceOf(Error);
    }
  });

  test('rejects lookups with it too', async () => {
    const records = createManifestRecords({ knex, lookups });
    await expect(records.head(repository, parseReference('v1'))).rejects.toBeInstanceOf(DatabaseUnavailableError);
  }, 20_000);
});

describe('a connection that is lost', () => {
  let knex: Knex;
  let other: Knex;
  beforeAll(() => {
    knex = openKnex({ url: database.url, applicationName: 'victim', poolSize: 1 });
    other = openKnex({ url: database.url, applicationName: 'killer' });
  });
  afterAll(async () => {
    await knex.destroy();
    await other.destroy();
  });
  const kill = () => other.raw(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'victim'`);

  test('in the middle of a transaction rejects it, and the next one works', async () => {
    const work = inTransaction(knex, async (transaction) => {
      await rowsOf(transaction, 'select 1', []);
      await kill();
      await rowsOf(transaction, 'select 1', []);
    });
    await expect(work).rejects.toBeInstanceOf(DatabaseUnavailableError);
    expect(await inTransaction(knex, (transaction) => rowsOf(transaction, 'select 1 as one', []))).toEqual([{ one: 1 }]);
  });

  test('a statement that takes too long is taken back and told as trouble that ends', async () => {
    const hasty = openKnex({ url: database.url, applicationName: 'hasty', poolSize: 1, statementTimeoutMs: 200 });
    const error: unknown = await rowsOf(hasty, 'select pg_sleep(60)', []).catch((failure: unknown) => failure);
    expect(error).toBeInstanceOf(DatabaseUnavailableError);
    expect((error as Error).message).toContain('did not finish this in time');
    expect(await rowsOf(hasty, 'select 1 as one', [])).toEqual([{ one: 1 }]);
    await hasty.destroy();
  });

  test('while it idles in the pool troubles nobody', async () => {
    await rowsOf(knex, 'select 1', []);
    await kill();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await rowsOf(knex, 'select 1 as one', [])).toEqual([{ one: 1 }]);
  });

  test('an error of the statement itself stays what it is', async () => {
    await expect(rowsOf(knex, 'select nonsense', [])).rejects.toMatchObject({ code: '42703' });
  });
});
