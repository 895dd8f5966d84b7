import { Collector, type StoredObject } from '@berth/registry';
import { newObject } from '@berth/testkit';
import type { Knex } from 'knex';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openKnex, PipelinedLookups } from '../connection/index.ts';
import { createGarbageRecords } from '../garbage/garbage-records.ts';
import { recordsOnPostgres } from '../registry/records-on-postgres.ts';
import { useTestDatabase } from '../testing/index.ts';
import { seedGarbage } from './seed-garbage.ts';

const database = useTestDatabase();
let knex: Knex;
let lookups: PipelinedLookups;

beforeAll(() => {
  knex = openKnex({ url: database.url, applicationName: 'seed' });
  lookups = new PipelinedLookups({ url: database.url, applicationName: 'seed-lookups' });
});
afterAll(async () => {
  await lookups.close();
  await knex.destroy();
});

test('makes blobs that the next collection takes, all of them, again and again', async () => {
  await recordsOnPostgres(knex, lookups).createProject('owner');
  const collector = new Collector(createGarbageRecords(knex));
  for (const blobs of [1_500, 10]) {
    const stored: StoredObject[] = [];
    const told: number[] = [];
    const store = async (): Promise<StoredObject> => {
      const object = newObject();
      stored.push(object);
      return object;
    };
    await seedGarbage(knex, { blobs, store, progress: (made) => void told.push(made) });
    expect([stored.length, told.at(-1)]).toEqual([blobs, blobs]);
    expect(await collector.collect(new AbortController().signal)).toMatchObject({ blobs, links: blobs });
  }
});
