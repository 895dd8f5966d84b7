import { digestOfBytes, parseRepositoryName, type RepositoryName } from '@berth/oci';
import type { StoredObject } from '@berth/registry';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  claimedUpload,
  imageOf,
  newObject,
  newRepository,
  pushBlob,
  pushImage,
  type RecordsUnderTest,
  uniqueName,
} from './records-under-test.ts';

const HOUR = 3600;
const MINUTE = 60;

/** What every adapter of the BlobRecords port must do, as tests. `open` is asked in each test. */
export function blobRecordsContract(name: string, open: () => RecordsUnderTest): void {
  describe(`blob records contract: ${name}`, () => {
    let under: RecordsUnderTest;
    let here: RepositoryName;
    let there: RepositoryName;

    beforeEach(async () => {
      under = open();
      here = await newRepository(under);
      there = await newRepository(under);
    });
    afterEach(async () => {
      expect(await under.residue()).toEqual([]);
    });

    /** Objects due for deletion among the given ones, finished or not. */
    const due = async (...objects: readonly StoredObject[]): Promise<readonly { id: string; object: StoredObject }[]> => {
      const taken = await under.blobRecords.takeDeletions(10_000);
      return taken.filter(({ object }) => objects.some(({ key }) => key === object.key));
    };

    describe('seeing', () => {
      test('a blob is seen only where it is linked', async () => {
        const object = await pushBlob(under, here);
        expect(await under.blobRecords.findLinked(here, object.digest)).toEqual({ object, leaseRunsLow: false });
        expect(await under.blobRecords.findLinked(there, object.digest)).toBeUndefined();
        expect(await under.blobRecords.findLinked(parseRepositoryName('absent/app'), object.digest)).toBeUndefined();
        expect(await under.blobRecords.findAnywhere(object.digest)).toEqual(object);
      });

      test('holders are the repositories that link it, no more than asked for', async () => {
        const object = await pushBlob(under, here);
        await pushBlob(under, there, newObject(object.digest));
        expect([...(await under.blobRecords.holders(object.digest, 10))].sort()).toEqual([here, there].sort());
        expect(await under.blobRecords.holders(object.digest, 1)).toHaveLength(1);
        expect(await under.blobRecords.holders(newObject().digest, 10)).toEqual([]);
      });
    });

    describe('committing', () => {
      test('the first copy is stored, the session is gone', async () => {
        const session = await claimedUpload(under, here);
        const object = newObject();
        expect(await under.blobRecords.commitUpload(session, object)).toEqual({ outcome: 'stored' });
        expect(await under.uploadSessions.find(session)).toBeUndefined();
      });

      test('a second copy is a duplicate: queued for deletion, the first one serves both', async () => {
        const first = await pushBlob(under, here);
        const second = newObject(first.digest);
        expect(await under.blobRecords.commitUpload(await claimedUpload(under, there), second)).toEqual({ outcome: 'duplicate' });
        expect((await under.blobRecords.findLinked(there, first.digest))?.object).toEqual(first);
        expect((await due(first, second)).map(({ object }) => object)).toEqual([second]);
      });

      test('many pushes of one new layer at once make one blob, every push succeeds', async () => {
        const digest = newObject().digest;
        const repositories = await Promise.all(Array.from({ length: 5 }, () => newRepository(under)));
        const pushes = Array.from({ length: 500 }, async (_, index) => {
          const repository = repositories[index % repositories.length] as RepositoryName;
          return under.blobRecords.commitUpload(await claimedUpload(under, repository), newObject(digest));
        });
        const outcomes = (await Promise.all(pushes)).map(({ outcome }) => outcome);
        expect(outcomes.filter((outcome) => outcome === 'stored')).toHaveLength(1);
        expect(outcomes.filter((outcome) => outcome === 'duplicate')).toHaveLength(499);
        expect(await under.blobRecords.holders(digest, 10)).toHaveLength(5);
      }, 60_000);

      test('a damaged blob is hidden, and the next push heals it for everybody', async () => {
        const damaged = await pushBlob(under, here);
        await under.blobRecords.mount(here, there, damaged.digest);
        await under.blobRecords.quarantine(damaged);
        expect(await under.blobRecords.findLinked(here, damaged.digest)).toBeUndefined();
        expect(await under.blobRecords.findAnywhere(damaged.digest)).toBeUndefined();
        expect(await under.blobRecords.holders(damaged.digest, 10)).toEqual([]);
        expect(await under.blobRecords.mount(here, await newRepository(under), damaged.digest)).toBe(false);
        expect(await under.blobRecords.commitKnown(await claimedUpload(under, here), damaged)).toBe(false);
        const sound = newObject(damaged.digest);
        expect(await under.blobRecords.commitUpload(await claimedUpload(under, here), sound)).toEqual({ outcome: 'healed' });
        expect((await under.blobRecords.findLinked(there, damaged.digest))?.object).toEqual(sound);
        expect(await due(damaged, sound), 'not while somebody may still read it').toEqual([]);
        await under.age(HOUR);
        expect((await due(damaged, sound)).map(({ object }) => object)).toEqual([damaged]);
      });

      test('an object seen damaged is replaced once; who comes later with the same finding is a duplicate', async () => {
        const damaged = await pushBlob(under, here);
        const [first, second] = [newObject(damaged.digest), newObject(damaged.digest)];
        const commit = async (object: StoredObject): Promise<string> =>
          (await under.blobRecords.commitUpload(await claimedUpload(under, here), object, damaged)).outcome;
        expect((await Promise.all([commit(first), commit(second)])).sort()).toEqual(['duplicate', 'healed']);
        const stored = await under.blobRecords.findAnywhere(damaged.digest);
        expect([first.key, second.key]).toContain(stored?.key);
      });

      test('quarantining an object that was healed meanwhile changes nothing', async () => {
        const damaged = await pushBlob(under, here);
        const sound = newObject(damaged.digest);
        await under.blobRecords.commitUpload(await claimedUpload(under, here), sound, damaged);
        await under.blobRecords.quarantine(damaged);
        expect(await under.blobRecords.findAnywhere(damaged.digest)).toEqual(sound);
      });

      test('known content is linked without new bytes; content that moved meanwhile is refused and the session stays', async () => {
        const object = await pushBlob(under, here);
        const session = await claimedUpload(under, there);
        expect(await under.blobRecords.commitKnown(session, newObject(object.digest))).toBe(false);
        expect(await under.blobRecords.findLinked(there, object.digest)).toBeUndefined();
        expect(await under.uploadSessions.find(session)).toBeDefined();
        expect(await under.blobRecords.commitKnown(session, object)).toBe(true);
        expect((await under.blobRecords.findLinked(there, object.digest))?.object).toEqual(object);
        expect(await under.uploadSessions.find(session)).toBeUndefined();
      });
    });

    describe('mounting', () => {
      test('from where the blob is not: false, and the target is not created', async () => {
        const elsewhere = await pushBlob(under, await newRepository(under));
        expect(await under.blobRecords.mount(here, there, elsewhere.digest)).toBe(false);
        expect(await under.blobRecords.mount(parseRepositoryName('absent/app'), there, elsewhere.digest)).toBe(false);
        expect(await under.manifestRecords.tags(there, { limit: 1 })).toBeUndefined();
      });

      test('into a project that does not exist is refused by name', async () => {
        const object = await pushBlob(under, here);
        const absent = parseRepositoryName(`${uniqueName('absent')}/app`);
        await expect(under.blobRecords.mount(here, absent, object.digest)).rejects.toMatchObject({ code: 'NAME_UNKNOWN' });
      });

      test('links with a fresh lease', async () => {
        const object = await pushBlob(under, here);
        await under.age(40 * MINUTE);
        expect(await under.blobRecords.mount(here, there, object.digest)).toBe(true);
        expect(await under.blobRecords.findLinked(there, object.digest)).toEqual({ object, leaseRunsLow: false });
        expect(await under.blobRecords.findLinked(here, object.digest)).toEqual({ object, leaseRunsLow: true });
      });
    });

    describe('leases', () => {
      test('run low after half their time, and renew', async () => {
        const object = await pushBlob(under, here);
        await under.age(29 * MINUTE);
        expect((await under.blobRecords.findLinked(here, object.digest))?.leaseRunsLow).toBe(false);
        await under.age(2 * MINUTE);
        expect((await under.blobRecords.findLinked(here, object.digest))?.leaseRunsLow).toBe(true);
        expect(await under.blobRecords.renewLease(here, object.digest)).toBe(true);
        expect((await under.blobRecords.findLinked(here, object.digest))?.leaseRunsLow).toBe(false);
        await under.age(40 * MINUTE);
        await pushBlob(under, here, newObject(object.digest));
        expect((await under.blobRecords.findLinked(here, object.digest))?.leaseRunsLow).toBe(false);
      });

      test('of a link that is gone cannot be renewed', async () => {
        const object = await pushBlob(under, here);
        expect(await under.blobRecords.renewLease(there, object.digest)).toBe(false);
        await under.blobRecords.unlink(here, object.digest);
        expect(await under.blobRecords.renewLease(here, object.digest)).toBe(false);
      });
    });

    describe('unlinking', () => {
      test('what is not there is absent', async () => {
        const object = await pushBlob(under, here);
        expect(await under.blobRecords.unlink(there, object.digest)).toBe('absent');
        expect(await under.blobRecords.unlink(here, newObject().digest)).toBe('absent');
        expect(await under.blobRecords.unlink(parseRepositoryName('absent/app'), object.digest)).toBe('absent');
      });

      test('what a manifest here uses stays, until the manifest is gone', async () => {
        const put = await pushImage(under, here);
        for (const { digest } of put.manifest.references) expect(await under.blobRecords.unlink(here, digest)).toBe('in use');
        await under.manifestRecords.remove(here, put.digest, put.actor);
        for (const { digest } of put.manifest.references) expect(await under.blobRecords.unlink(here, digest)).toBe('unlinked');
      });

      test('a manifest elsewhere does not hold it here', async () => {
        const put = await pushImage(under, here);
        const digest = put.manifest.references[1]?.digest ?? digestOfBytes(Buffer.alloc(0));
        await under.blobRecords.mount(here, there, digest);
        expect(await under.blobRecords.unlink(there, digest)).toBe('unlinked');
        expect(await under.blobRecords.findLinked(here, digest)).toBeDefined();
      });

      test('hides it here at once and nowhere else', async () => {
        const object = await pushBlob(under, here);
        await under.blobRecords.mount(here, there, object.digest);
        expect(await under.blobRecords.unlink(here, object.digest)).toBe('unlinked');
        expect(await under.blobRecords.findLinked(here, object.digest)).toBeUndefined();
        expect(await under.blobRecords.mount(here, there, object.digest)).toBe(false);
        expect((await under.blobRecords.findLinked(there, object.digest))?.object).toEqual(object);
        await under.age(HOUR);
        expect(await due(object)).toEqual([]);
      });

      test('the last link takes the blob with it; the object goes later, and a new push does not meet it', async () => {
        const object = await pushBlob(under, here);
        expect(await under.blobRecords.unlink(here, object.digest)).toBe('unlinked');
        expect(await under.blobRecords.findAnywhere(object.digest)).toBeUndefined();
        expect(await under.blobRecords.commitKnown(await claimedUpload(under, here), object)).toBe(false);
        const again = newObject(object.digest);
        expect(await under.blobRecords.commitUpload(await claimedUpload(under, here), again)).toEqual({ outcome: 'stored' });
        expect(await due(object, again)).toEqual([]);
        await under.age(HOUR);
        expect((await due(object, again)).map(({ object: gone }) => gone)).toEqual([object]);
      });
    });

    describe('deletions', () => {
      test('are handed out once, again when nobody finished them, and never after', async () => {
        const object = await pushBlob(under, here);
        await under.blobRecords.unlink(here, object.digest);
        await under.age(HOUR);
        const [first] = await due(object);
        expect(first?.object).toEqual(object);
        expect(await due(object)).toEqual([]);
        await under.age(HOUR);
        const [again] = await due(object);
        expect(again).toEqual(first);
        await under.blobRecords.finishDeletions([again?.id ?? '']);
        await under.age(HOUR);
        expect(await due(object)).toEqual([]);
      });

      test('several takers at once get different ones, no more than the limit', async () => {
        const objects = await Promise.all(Array.from({ length: 20 }, () => pushBlob(under, here)));
        await Promise.all(objects.map(({ digest }) => under.blobRecords.unlink(here, digest)));
        await under.age(HOUR);
        const batches = await Promise.all(Array.from({ length: 8 }, () => under.blobRecords.takeDeletions(5)));
        for (const batch of batches) expect(batch.length).toBeLessThanOrEqual(5);
        const ids = batches.flat().map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
        await under.blobRecords.finishDeletions([]);
      });
    });

    test('a damaged blob does not count for a manifest', async () => {
      const object = await pushBlob(under, here);
      await under.blobRecords.quarantine(object);
      expect(await under.manifestRecords.put(imageOf(here, [object]))).toMatchObject({ outcome: 'refused' });
    });
  });
}
