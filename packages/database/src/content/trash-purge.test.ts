import type { RepositoryName, Tag } from '@berth/oci';
import { createContent, type BlobStore, type Content } from '@berth/registry';
import { ALICE, asChild, indexOf, newRepository, pushImage, type RecordsUnderTest } from '@berth/testkit';
import type { Knex } from 'knex';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openKnex, PipelinedLookups } from '../connection/index.ts';
import { recordsOnPostgres } from '../registry/records-on-postgres.ts';
import { useTestDatabase } from '../testing/index.ts';
import { createContentStores, type ContentStores } from './content-stores.ts';
import { purgeEntry } from './trash-purge.ts';

const database = useTestDatabase();
let knex: Knex;
let lookups: PipelinedLookups;
let under: RecordsUnderTest;
let stores: ContentStores;
let content: Content;
let repositoryId = 0;
let entryId = 0;

beforeAll(() => {
  knex = openKnex({ url: database.url, applicationName: 'purge' });
  lookups = new PipelinedLookups({ url: database.url, applicationName: 'purge-lookups' });
  under = recordsOnPostgres(knex, lookups);
  stores = createContentStores(knex);
  content = createContent({
    ...stores,
    ...under,
    blobStore: undefined as unknown as BlobStore,
    report: (error) => {
      throw error;
    },
  });
});
afterAll(async () => {
  await lookups.close();
  await knex.destroy();
});

/** A deleted repository of seven manifests, an index before its children among them. */
beforeEach(async () => {
  const here = await newRepository(under);
  const children = [await pushImage(under, here), await pushImage(under, here)];
  const index = indexOf(here, children.map(asChild), { tags: ['all' as Tag] });
  expect(await under.manifestRecords.put(index)).toEqual({ outcome: 'stored' });
  for (const tag of ['a', 'b', 'c', 'd']) await pushImage(under, here, [tag]);
  repositoryId = (await stores.lists.repository(here))?.id ?? 0;
  expect(await stores.changes.deleteRepository(repositoryId, ALICE)).toBe(true);
  entryId = (await entryOf(here)) ?? 0;
});

async function entryOf(name: RepositoryName): Promise<number | undefined> {
  const { items } = await stores.trash.list({ page: 1, pageSize: 100, kind: 'repository' });
  return items.find((entry) => entry.name === name)?.id;
}

async function rowsLeft(): Promise<Record<string, number>> {
  const left: Record<string, number> = {};
  for (const table of ['manifests', 'manifest_references', 'tags', 'tag_history']) {
    const [row] = await knex(table).where({ repository_id: repositoryId }).count<{ count: number }[]>();
    if (row !== undefined && row.count > 0) left[table] = row.count;
  }
  return left;
}

test.each([2, 1000])('a repository is purged in parts of %i manifests, and nothing of it stays', async (batch) => {
  expect(await purgeEntry(knex, entryId, batch)).toBe(true);
  expect(await rowsLeft()).toEqual({});
  expect(await under.residue()).toEqual([]);
  expect(await purgeEntry(knex, entryId, batch)).toBe(false);
});

test('one whose purge broke off is not given back, and the next purge ends it', async () => {
  // The connection that ends the purge is held up; it gives up when the test ends it.
  const blocker = await knex.transaction();
  await blocker.raw('select 1 from tag_history where repository_id = ? for update', [repositoryId]);
  const purging = purgeEntry(knex, entryId, 2);
  await expect.poll(rowsLeft, { timeout: 20_000 }).not.toHaveProperty('tags');
  expect(await stores.trash.restoreRepository(entryId)).toBe('gone');
  expect(await stores.trash.find(entryId)).toBeUndefined();
  await blocker.rollback();
  expect(await purging).toBe(true);
  expect(await rowsLeft()).toEqual({});
  expect(await under.residue()).toEqual([]);
  expect(await content.trash.purgeExpired(10)).toEqual({ more: false });
});
