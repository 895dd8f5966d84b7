import type { RepositoryName, Tag } from '@berth/oci';
import { ALICE, asChild, indexOf, newRepository, pushImage } from '@berth/testkit';
import { beforeEach, expect, test } from 'vitest';
import { purgeEntry } from './trash-purge.ts';
import { useContentScene } from './testing/content-scene.ts';

const scene = useContentScene('purge');
let repositoryId = 0;
let entryId = 0;

/** A deleted repository of seven manifests, an index before its children among them. */
beforeEach(async () => {
  const here = await newRepository(scene.under);
  const children = [await pushImage(scene.under, here), await pushImage(scene.under, here)];
  const index = indexOf(here, children.map(asChild), { tags: ['all' as Tag] });
  expect(await scene.under.manifestRecords.put(index)).toEqual({ outcome: 'stored' });
  for (const tag of ['a', 'b', 'c', 'd']) await pushImage(scene.under, here, [tag]);
  repositoryId = (await scene.stores.lists.repository(here))?.id ?? 0;
  expect(await scene.stores.changes.deleteRepository(repositoryId, ALICE)).toBe(true);
  entryId = (await entryOf(here)) ?? 0;
});

async function entryOf(name: RepositoryName): Promise<number | undefined> {
  const { items } = await scene.stores.trash.list({ page: 1, pageSize: 100, kind: 'repository' });
  return items.find((entry) => entry.name === name)?.id;
}

async function rowsLeft(): Promise<Record<string, number>> {
  const left: Record<string, number> = {};
  for (const table of ['manifests', 'manifest_references', 'tags', 'tag_history']) {
    const [row] = await scene.knex(table).where({ repository_id: repositoryId }).count<{ count: number }[]>();
    if (row !== undefined && row.count > 0) left[table] = row.count;
  }
  return left;
}

test.each([2, 1000])('a repository is purged in parts of %i manifests, and nothing of it stays', async (batch) => {
  expect(await purgeEntry(scene.knex, entryId, { batch })).toBe(true);
  expect(await rowsLeft()).toEqual({});
  expect(await scene.under.residue()).toEqual([]);
  expect(await purgeEntry(scene.knex, entryId, { batch })).toBe(false);
});

test('one whose purge broke off is not given back, and the next purge ends it', async () => {
  // The connection that ends the purge is held up; it gives up when the test ends it.
  const blocker = await scene.knex.transaction();
  await blocker.raw('select 1 from tag_history where repository_id = ? for update', [repositoryId]);
  const purging = purgeEntry(scene.knex, entryId, { batch: 2 });
  await expect.poll(rowsLeft, { timeout: 20_000 }).not.toHaveProperty('tags');
  expect(await scene.stores.trash.restoreRepository(entryId)).toBe('gone');
  expect(await scene.stores.trash.find(entryId)).toBeUndefined();
  await blocker.rollback();
  expect(await purging).toBe(true);
  expect(await rowsLeft()).toEqual({});
  expect(await scene.under.residue()).toEqual([]);
  expect(await scene.content.trash.purgeExpired(10)).toEqual({ more: false });
});

test('one that is told to stop ends with the part under way, and the next purge ends it', async () => {
  const stop = new AbortController();
  const blocker = await scene.knex.transaction();
  await blocker.raw('select 1 from tag_history where repository_id = ? for update', [repositoryId]);
  const purging = purgeEntry(scene.knex, entryId, { batch: 2, stopping: stop.signal });
  await expect.poll(rowsLeft, { timeout: 20_000 }).not.toHaveProperty('tags');
  stop.abort();
  await blocker.rollback();
  expect(await purging).toBe(false);
  expect(await rowsLeft()).toMatchObject({ manifests: 7, tag_history: expect.any(Number) });
  expect(await scene.content.trash.purgeExpired(10, stop.signal)).toEqual({ more: false });
  expect(await rowsLeft()).toMatchObject({ manifests: 7 });
  expect(await purgeEntry(scene.knex, entryId, { batch: 2 })).toBe(true);
  expect(await rowsLeft()).toEqual({});
});
