import type { Tag } from '@berth/oci';
import type { StoredObject } from '@berth/registry';
import { imageOf, newObject, newUpload, pushBlob, pushImage } from '@berth/testkit';
import { beforeAll, describe, expect, test } from 'vitest';
import { LockSteps } from '../testing/lock-steps.ts';
import { LONG, useGarbageScene } from './testing/garbage-scene.ts';

const scene = useGarbageScene();
let steps: LockSteps;
beforeAll(() => {
  steps = new LockSteps(scene.knex);
});

describe('collection and', () => {
  const QUOTA = 'select 1 from project_quotas q join projects p on p.id = q.project_id where p.name = ? for update of q';
  const project = (): string => scene.here.split('/')[0] ?? '';

  async function garbage(): Promise<StoredObject> {
    const blob = await pushBlob(scene.under, scene.here);
    await scene.under.age(LONG);
    return blob;
  }

  test('a manifest PUT that holds the blob: collection passes by, and finds it in use later', async () => {
    await pushImage(scene.under, scene.here, ['v1']);
    const blob = await garbage();
    const release = await steps.hold('select 1 from tags t, repositories r where t.repository_id = r.id and r.name = ? for update of t', [
      scene.here,
    ]);
    const putting = scene.under.manifestRecords.put(imageOf(scene.here, [blob], { tags: ['v1' as Tag] }));
    await steps.whenWaiting(1);
    expect(await scene.sweepAll()).toEqual([]);
    await release();
    expect(await putting).toEqual({ outcome: 'stored' });
    await scene.under.age(LONG);
    expect(await scene.sweepAll()).toEqual([]);
    expect(await scene.isHere(blob)).toBe(true);
  });

  test('whatever wants the blob while it goes: each is told that it is not there', async () => {
    const blob = await garbage();
    const session = await scene.under.uploadSessions.create(newUpload(scene.there, { sealing: blob.digest }));
    // Collection has deleted link and blob, and cannot commit.
    const release = await steps.hold(QUOTA, [project()]);
    const collecting = scene.sweepAll();
    await steps.whenWaiting(1);
    const putting = scene.under.manifestRecords.put(imageOf(scene.here, [blob]));
    const mounting = scene.under.blobRecords.mount(scene.here, scene.there, blob.digest);
    const renewing = scene.under.blobRecords.renewLease(scene.here, blob.digest);
    const known = scene.under.blobRecords.commitKnown(session, blob);
    await steps.whenWaiting(5);
    await release();
    expect(await collecting).toEqual([blob.digest]);
    expect(await putting).toMatchObject({ outcome: 'refused', missing: [{ digest: blob.digest }] });
    expect([await mounting, await renewing, await known]).toEqual([false, false, false]);
    const copy = newObject(blob.digest);
    expect(await scene.under.blobRecords.commitUpload(session, copy)).toEqual({ outcome: 'stored' });
    expect((await scene.under.blobRecords.findLinked(scene.there, blob.digest))?.object.key).toBe(copy.key);
  });
});
