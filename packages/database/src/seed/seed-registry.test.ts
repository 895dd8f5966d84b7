import { digestOfBytes, parseManifest, parseReference, parseRepositoryName } from '@berth/oci';
import type { Knex } from 'knex';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openKnex, PipelinedLookups } from '../connection/index.ts';
import { createContentLists } from '../content/content-lists.ts';
import { recordsOnPostgres } from '../registry/records-on-postgres.ts';
import { useTestDatabase } from '../testing/index.ts';
import { seedRegistry } from './seed-registry.ts';

const database = useTestDatabase();
let knex: Knex;
let lookups: PipelinedLookups;
const from = parseRepositoryName('base/image');

beforeAll(() => {
  knex = openKnex({ url: database.url, applicationName: 'seed' });
  lookups = new PipelinedLookups({ url: database.url, applicationName: 'seed-lookups' });
});
afterAll(async () => {
  await lookups.close();
  await knex.destroy();
});

async function count(table: string): Promise<number> {
  const { rows } = await knex.raw<{ rows: { count: number }[] }>(`select count(*)::integer as count from ${table}`);
  return rows[0]?.count ?? 0;
}

test('makes as much as was asked for, of real blobs, once', async () => {
  const under = recordsOnPostgres(knex, lookups);
  await expect(seedRegistry(knex, { from, repositories: 1, artifacts: 1, tags: 1 })).rejects.toThrow('Push an image');
  await under.createProject('base');
  await under.createProject('owner');
  for (let index = 0; index < 12; index += 1) await linkBlob(index);
  const told: number[] = [];
  const seed = { from, repositories: 600, artifacts: 2_400, tags: 6_000, progress: (done: number) => void told.push(done) };
  await seedRegistry(knex, seed);
  expect(told).toEqual([250, 500, 600]);
  expect([(await count('repositories')) - 1, await count('manifests'), await count('tags')]).toEqual([600, 2_400, 6_000]);
  expect(await count('manifest_facts')).toBe(2_400);
  await expect(seedRegistry(knex, seed)).rejects.toThrow('was seeded before');

  const repository = parseRepositoryName('seed-0001/team-1/app-00001');
  const names = await under.manifestRecords.tags(repository, { limit: 1_000 });
  expect(names?.names.length).toBe(181);
  const manifest = await under.manifestRecords.find(repository, parseReference(names?.names[0] ?? ''));
  if (manifest === undefined) throw new Error('The tag is there.');
  expect(digestOfBytes(manifest.bytes)).toBe(manifest.digest);
  expect(parseManifest(manifest.bytes, manifest.mediaType)).toMatchObject({ kind: 'image' });
  const row = await knex('repositories').where({ name: repository }).first<{ id: number }>('id');
  const lists = createContentLists(knex);
  const detail = { tags: true, labels: true, accessories: true };
  const page = await lists.artifacts({ where: { repositoryId: row.id }, page: 1, pageSize: 10, ...detail });
  expect(page.total).toBe(61);
  expect(page.items[0]).toMatchObject({ facts: { kind: 'image' }, size: expect.any(Number) });
  expect(await under.residue()).toEqual([]);
});

async function linkBlob(index: number): Promise<void> {
  const digest = `sha256:${String(index).padStart(64, '0')}`;
  const { rows } = await knex.raw<{ rows: { id: number }[] }>(`select id from repositories where name = 'base/image'`);
  const repositoryId =
    rows[0]?.id ??
    (
      await knex.raw<{ rows: { id: number }[] }>(
        `insert into repositories (project_id, name) select id, 'base/image' from projects where name = 'base' returning id`,
      )
    ).rows[0]?.id;
  await knex.raw(
    `with b as (insert into blobs (digest, size, storage_key) values (?, ?, ?) returning id)
     insert into repository_blobs (repository_id, blob_id, lease_until) select ?, id, now() from b`,
    [digest, 100 + index, `seed-${index}`, repositoryId ?? 0],
  );
}
