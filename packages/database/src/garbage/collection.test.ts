import type { Tag } from '@berth/oci';
import { ALICE, imageOf, indexOf, newObject, newUpload, pushBlob, pushImage } from '@berth/testkit';
import { describe, expect, test } from 'vitest';
import { rowsOf } from '../transactions.ts';
import { LONG, never, useGarbageScene } from './testing/garbage-scene.ts';

const scene = useGarbageScene();

describe('what is not garbage', () => {
  test('a blob under its lease', async () => {
    const blob = await pushBlob(scene.under, scene.here);
    expect(await scene.sweepAll()).toEqual([]);
    expect(await scene.isHere(blob)).toBe(true);
  });

  test('a blob past its lease, while its repository is being pushed to', async () => {
    const first = await pushBlob(scene.under, scene.here);
    await scene.under.age(2 * 60 * 60);
    await pushBlob(scene.under, scene.here);
    expect(await scene.sweepAll()).toEqual([]);
    expect(await scene.isHere(first)).toBe(true);
  });

  test('a blob past its lease, while an upload is under way beside it', async () => {
    const first = await pushBlob(scene.under, scene.here);
    await scene.under.age(2 * 60 * 60);
    await scene.under.uploadSessions.create(newUpload(scene.here));
    expect(await scene.sweepAll()).toEqual([]);
    expect(await scene.isHere(first)).toBe(true);
  });

  test('what a manifest needs, tagged or not, however old', async () => {
    const put = await pushImage(scene.under, scene.here);
    await scene.under.age(LONG);
    expect(await scene.sweepAll()).toEqual([]);
    expect((await scene.under.manifestRecords.put({ ...put, tags: ['again' as Tag] })).outcome).toBe('stored');
  });

  test('a blob as the child of an index', async () => {
    const blob = await pushBlob(scene.under, scene.here);
    await scene.under.manifestRecords.put(indexOf(scene.here, [{ ...blob, mediaType: 'application/vnd.buildkit.cacheconfig.v0' }]));
    await scene.under.age(LONG);
    expect(await scene.sweepAll()).toEqual([]);
    expect(await scene.isHere(blob)).toBe(true);
  });

  test('a blob that came after the manifest that names it', async () => {
    const late = newObject();
    await scene.under.manifestRecords.put(indexOf(scene.here, [late], { allowSparse: true }));
    await pushBlob(scene.under, scene.here, late);
    await scene.under.age(LONG);
    expect(await scene.sweepAll()).toEqual([]);
    expect(await scene.isHere(late)).toBe(true);
  });

  test('what lies in the trash, until it is purged', async () => {
    await scene.keepTrash();
    const put = await pushImage(scene.under, scene.here);
    await scene.under.manifestRecords.remove(scene.here, put.digest, ALICE);
    await scene.under.age(LONG);
    expect(await scene.sweepAll()).toEqual([]);
    await rowsOf(scene.knex, 'delete from trash', []);
    expect(await scene.sweepAll()).toEqual(put.manifest.references.map(({ digest }) => digest).sort());
  });

  test('anything, while collection is paused', async () => {
    const blob = await pushBlob(scene.under, scene.here);
    await scene.under.age(LONG);
    await scene.collector.savePolicy({ paused: true });
    expect(await scene.sweepAll()).toEqual([]);
    expect(await scene.isHere(blob)).toBe(true);
    await scene.collector.savePolicy({ paused: false });
    expect(await scene.sweepAll()).toEqual([blob.digest]);
  });

  test('anything, when deciding fails half-way', async () => {
    const blob = await pushBlob(scene.under, scene.here);
    await scene.under.age(LONG);
    await rowsOf(scene.knex, 'alter table trash_blobs rename to trash_blobs_away', []);
    try {
      await expect(scene.collector.sweep(never())).rejects.toThrow('trash_blobs');
    } finally {
      await rowsOf(scene.knex, 'alter table trash_blobs_away rename to trash_blobs', []);
    }
    expect(await scene.isHere(blob)).toBe(true);
    expect(await rowsOf(scene.knex, 'select 1 from blob_deletions where storage_key = ?', [blob.key])).toEqual([]);
  });
});

describe('what is garbage', () => {
  test('the blobs of a deleted manifest go without a sweep, and those that others need stay', async () => {
    const shared = await pushBlob(scene.under, scene.here);
    const own = await pushBlob(scene.under, scene.here);
    const gone = imageOf(scene.here, [shared, own]);
    await scene.under.manifestRecords.put(gone);
    await scene.under.manifestRecords.put(imageOf(scene.here, [shared]));
    await scene.under.age(LONG);
    await scene.under.manifestRecords.remove(scene.here, gone.digest, ALICE);
    expect(await scene.collector.collect(never())).toMatchObject({ links: 1, blobs: 1, bytes: own.size });
    expect(await scene.isHere(own)).toBe(false);
    expect(await scene.isHere(shared)).toBe(true);
    expect(
      await rowsOf(scene.knex, 'select digest, not_before > now() as later from blob_deletions where storage_key = ?', [own.key]),
    ).toEqual([{ digest: own.digest, later: true }]);
  });

  test('a link goes alone while another repository has the blob', async () => {
    const blob = await pushBlob(scene.under, scene.here);
    await scene.under.blobRecords.mount(scene.here, scene.there, blob.digest);
    await scene.under.manifestRecords.put(imageOf(scene.there, [blob]));
    await scene.under.age(LONG);
    expect(await scene.sweepAll()).toEqual([]);
    expect(await scene.isHere(blob)).toBe(false);
    expect(await scene.isHere(blob, scene.there)).toBe(true);
  });

  test('a lease that is not over yet only postpones', async () => {
    const put = await pushImage(scene.under, scene.here);
    await scene.under.manifestRecords.remove(scene.here, put.digest, ALICE);
    expect(await scene.collector.collect(never())).toMatchObject({ blobs: 0 });
    await scene.under.age(LONG);
    expect(await scene.collector.collect(never())).toMatchObject({ blobs: 2 });
  });

  test('a quarantined blob that nothing needs', async () => {
    const blob = await pushBlob(scene.under, scene.here);
    await scene.under.blobRecords.quarantine(blob);
    await scene.under.age(LONG);
    expect(await scene.sweepAll()).toEqual([blob.digest]);
  });

  test('the dry run tells exactly what then goes', async () => {
    const [first, second] = [await pushBlob(scene.under, scene.here), await pushBlob(scene.under, scene.here)];
    await pushImage(scene.under, scene.here);
    await scene.under.age(LONG);
    const leased = await pushBlob(scene.under, scene.there);
    const one = await scene.collector.dryRun(0, 1);
    const rest = await scene.collector.dryRun(one[0]?.position ?? 0, 100);
    const told = [...one, ...rest].map(({ digest }) => digest).sort();
    expect(told).toEqual([first.digest, second.digest].sort());
    expect(await scene.sweepAll()).toEqual(told);
    expect(await scene.isHere(leased, scene.there)).toBe(true);
  });
});
