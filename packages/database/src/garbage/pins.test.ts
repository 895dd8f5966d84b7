import type { Digest } from '@berth/oci';
import { ManifestPinnedError } from '@berth/registry';
import { ALICE, asChild, descriptor, imageOf, indexOf, pushBlob, pushImage, putOf } from '@berth/testkit';
import { beforeAll, expect, test } from 'vitest';
import { createContentStores, type ContentStores } from '../content/index.ts';
import { LockSteps } from '../testing/lock-steps.ts';
import { rowsOf } from '../transactions.ts';
import { LONG, useGarbageScene } from './testing/garbage-scene.ts';

const scene = useGarbageScene();
let content: ContentStores;
beforeAll(() => {
  content = createContentStores(scene.knex);
});

async function idOf(digest: Digest): Promise<number> {
  const rows = await rowsOf<{ id: number }>(
    scene.knex,
    'select m.id from manifests m join repositories r on r.id = m.repository_id where r.name = ? and m.digest = ?',
    [scene.here, digest],
  );
  if (rows[0] === undefined) throw new Error(`${digest} is not in ${scene.here}.`);
  return rows[0].id;
}

async function pin(digest: Digest, reason = ''): Promise<number> {
  const id = await idOf(digest);
  expect(await content.pins.pin(id, { reason, actor: ALICE })).toBe(true);
  return id;
}

async function isThere(digest: Digest): Promise<boolean> {
  return (await scene.under.manifestRecords.find(scene.here, { kind: 'digest', digest })) !== undefined;
}

test('a pinned manifest stays when untagged ones go, with its blobs, until the pin is taken off', async () => {
  const put = await pushImage(scene.under, scene.here);
  const id = await pin(put.digest, 'runs in production');
  await rowsOf(scene.knex, `update manifests set pushed_at = pushed_at - interval '2 hours'`, []);
  await scene.under.age(LONG);
  await scene.collector.savePolicy({ deleteUntagged: true, untaggedGraceSeconds: 3600 });
  expect((await scene.collector.why(put.digest))?.reasons).toEqual([
    { reason: 'pin', repository: scene.here, by: expect.any(String), note: 'runs in production' },
  ]);
  expect(await scene.sweepAll()).toEqual([]);
  expect(await isThere(put.digest)).toBe(true);
  expect(await content.pins.unpin(id)).toBe(true);
  expect(await content.pins.unpin(id)).toBe(false);
  expect(await scene.sweepAll()).toEqual(put.manifest.references.map(({ digest }) => digest).sort());
});

test('nobody deletes a pinned manifest, and no repository with one in it', async () => {
  const put = await pushImage(scene.under, scene.here, ['v1']);
  const id = await pin(put.digest);
  await expect(scene.under.manifestRecords.remove(scene.here, put.digest, ALICE)).rejects.toThrow(ManifestPinnedError);
  await expect(content.changes.deleteArtifact(scene.here, put.digest, ALICE)).rejects.toThrow(ManifestPinnedError);
  const repository = await content.lists.repository(scene.here);
  await expect(content.changes.deleteRepository(repository?.id ?? 0, ALICE)).rejects.toThrow(ManifestPinnedError);
  expect(await isThere(put.digest)).toBe(true);
  await content.pins.unpin(id);
  expect(await content.changes.deleteRepository(repository?.id ?? 0, ALICE)).toBe(true);
});

test('the database itself refuses to lose a pinned manifest', async () => {
  const put = await pushImage(scene.under, scene.here);
  const id = await pin(put.digest);
  await expect(rowsOf(scene.knex, 'delete from manifests where id = ?', [id])).rejects.toThrow('manifest_pins');
  await content.pins.unpin(id);
});

test('of an index that goes, a pinned child and a pinned signature stay', async () => {
  const [child, other] = [await pushImage(scene.under, scene.here), await pushImage(scene.under, scene.here)];
  const index = indexOf(scene.here, [asChild(child), asChild(other)]);
  await scene.under.manifestRecords.put(index);
  const signature = putOf(scene.here, index.manifest.mediaType, { manifests: [], subject: descriptor(asChild(index)) });
  await scene.under.manifestRecords.put(signature);
  const pins = [await pin(child.digest), await pin(signature.digest)];
  expect(await content.changes.deleteArtifact(scene.here, index.digest, ALICE)).toBe('removed');
  const left = await Promise.all([index, other, child, signature].map(({ digest }) => isThere(digest)));
  expect(left).toEqual([false, false, true, true]);
  for (const id of pins) await content.pins.unpin(id);
});

test('a pin that comes while a deletion waits: the deletion sees it', async () => {
  const put = await pushImage(scene.under, scene.here);
  const steps = new LockSteps(scene.knex);
  const release = await steps.hold('select 1 from manifest_contents where digest = ? for update', [put.digest]);
  const removing = scene.under.manifestRecords.remove(scene.here, put.digest, ALICE);
  const refused = expect(removing).rejects.toThrow(ManifestPinnedError);
  await steps.whenWaiting(1);
  const id = await pin(put.digest);
  await release();
  await refused;
  expect(await isThere(put.digest)).toBe(true);
  await content.pins.unpin(id);
});

test('why tells what deleting a manifest would free: what nothing else needs', async () => {
  const [shared, own] = [await pushBlob(scene.under, scene.here), await pushBlob(scene.under, scene.here)];
  const image = imageOf(scene.here, [shared, own]);
  await scene.under.manifestRecords.put(image);
  await scene.under.manifestRecords.put(imageOf(scene.here, [shared]));
  const index = indexOf(scene.here, [asChild(image)]);
  await scene.under.manifestRecords.put(index);
  expect((await scene.collector.why(image.digest))?.exclusive).toBe(own.size);
  expect((await scene.collector.why(index.digest))?.exclusive).toBe(own.size);
  const id = await pin(image.digest);
  expect((await scene.collector.why(index.digest))?.exclusive).toBe(0);
  await content.pins.unpin(id);
});
