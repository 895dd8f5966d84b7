import { digestOfBytes, parseReference, parseRepositoryName } from '@berth/oci';
import type { Knex } from 'knex';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openKnex, PipelinedLookups } from '../connection/index.ts';
import { recordsOnPostgres } from '../registry/records-on-postgres.ts';
import { useTestDatabase } from '../testing/index.ts';
import { seedTags } from './seed-tags.ts';

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

test('a project that does not exist is refused', async () => {
  await expect(seedTags(knex, { repository: parseRepositoryName('absent/app'), tags: 1 })).rejects.toMatchObject({ code: 'NAME_UNKNOWN' });
});

test('seeded tags are read like pushed ones, and seeding again changes nothing', async () => {
  const under = recordsOnPostgres(knex, lookups);
  await under.createProject('seeded');
  const repository = parseRepositoryName('seeded/app');
  await seedTags(knex, { repository, tags: 10_000, manifests: 300 });
  await seedTags(knex, { repository, tags: 10_000, manifests: 300 });
  const page = await under.manifestRecords.tags(repository, { limit: 10_001 });
  expect(page?.names).toHaveLength(10_000);
  expect(page?.names.at(-1)).toBe('v10000');
  const manifest = await under.manifestRecords.find(repository, parseReference('v00007'));
  expect(digestOfBytes(manifest?.bytes ?? Buffer.alloc(0))).toBe(manifest?.digest);
  expect(await under.residue()).toEqual([]);
});
