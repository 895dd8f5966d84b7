import { digestOfBytes } from '@berth/oci';
import {
  type BlobStore,
  type Checkpoint,
  EMPTY_CHECKPOINT,
  type StoredObject,
  StoredObjectDamagedError,
  StoredObjectMissingError,
} from '@berth/registry';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { resumingTests } from './blob-store-resuming.ts';
import { sideTests } from './blob-store-side.ts';
import { append, bytesOf, drain, LARGE, nameFor, PIECE, put, readAll } from './blob-store-steps.ts';

/** One adapter, ready for one test, with what a test needs beside the port. */
export interface BlobStoreUnderTest {
  readonly store: BlobStore;
  /** Opens the same storage again as another process would, after a crash of the first. */
  reopen(): Promise<BlobStore>;
  /** Cuts the last byte off a sealed object behind the adapter's back. */
  shorten(object: StoredObject): Promise<void>;
  /** Names whatever a clean adapter would not keep: pending objects, open handles, lent buffers. Empty is right. */
  residue(): Promise<readonly string[]>;
  /** Closes the stores and removes everything. */
  remove(): Promise<void>;
}

/** A server across a network, on a busy machine. */
const TEST_MILLISECONDS = 60_000;

/**
 * What every adapter of the {@link BlobStore} port must do, as tests: call it once at the top of a test file. Each test starts
 * from `open` and fails when it leaves residue.
 */
export function blobStoreContract(name: string, open: () => Promise<BlobStoreUnderTest>): void {
  describe(`blob store contract: ${name}`, { timeout: TEST_MILLISECONDS }, () => {
    let under: BlobStoreUnderTest;
    let store: BlobStore;

    beforeEach(async () => {
      under = await open();
      store = under.store;
    }, TEST_MILLISECONDS);
    afterEach(async () => {
      const residue = await under.residue();
      await under.remove();
      expect(residue).toEqual([]);
    }, TEST_MILLISECONDS);

    describe('unhappy paths', () => {
      test('a missing object: stat says undefined, open rejects, remove is fine', async () => {
        const object = nameFor(store, bytesOf(10));
        expect(await store.sealed.stat(object)).toBeUndefined();
        await expect(store.sealed.open(object)).rejects.toBeInstanceOf(StoredObjectMissingError);
        await store.sealed.remove(object);
      });

      test('sealing what was never appended is refused', async () => {
        const object = nameFor(store, bytesOf(10));
        await expect(store.pending.seal(object, EMPTY_CHECKPOINT)).rejects.toBeInstanceOf(StoredObjectMissingError);
        expect(await store.sealed.stat(object)).toBeUndefined();
      });

      test('sealing fewer bytes than the object has is refused and makes nothing readable', async () => {
        const object = { ...nameFor(store, bytesOf(1000)), size: 1001 };
        const at = await append(store, object, bytesOf(1000));
        await expect(store.pending.seal(object, at)).rejects.toBeInstanceOf(StoredObjectDamagedError);
        expect(await store.sealed.stat(object)).toBeUndefined();
        await store.pending.discard(object.key, at);
      });

      test('resuming or reading back what is not there is refused', async () => {
        const key = store.pending.newKey();
        const at: Checkpoint = { ...EMPTY_CHECKPOINT, offset: 5 };
        await expect(store.pending.append(key, at)).rejects.toBeInstanceOf(StoredObjectMissingError);
        await expect(store.pending.readBack(key, at)).rejects.toBeInstanceOf(StoredObjectMissingError);
      });

      test('a pending object is invisible to readers', async () => {
        const object = nameFor(store, bytesOf(PIECE));
        const at = await append(store, object, bytesOf(PIECE));
        expect(await store.sealed.stat(object)).toBeUndefined();
        await expect(store.sealed.open(object)).rejects.toBeInstanceOf(StoredObjectMissingError);
        await store.pending.discard(object.key, at);
      });

      test('discard drops the bytes, twice is fine, an absent one is fine', async () => {
        const object = nameFor(store, bytesOf(LARGE));
        const at = await append(store, object, bytesOf(LARGE));
        await store.pending.discard(object.key, at);
        await store.pending.discard(object.key, at);
        await store.pending.discard(store.pending.newKey(), EMPTY_CHECKPOINT);
        await expect(store.pending.seal(object, at)).rejects.toBeInstanceOf(StoredObjectMissingError);
        expect(await store.sealed.stat(object)).toBeUndefined();
      });

      test.each([['small', 1000] as const, ['large', LARGE] as const])(
        'a %s object that lost a byte never reads as whole',
        async (_, size) => {
          const object = await put(store, bytesOf(size));
          await under.shorten(object);
          expect(await store.sealed.stat(object)).toBe(size - 1);
          await expect(readAll(store, object)).rejects.toBeInstanceOf(StoredObjectDamagedError);
          await expect(readAll(store, object, { start: 0, end: 9 })).rejects.toBeInstanceOf(StoredObjectDamagedError);
        },
      );

      test('a sink that fails stops the copy with its own error and releases everything', async () => {
        const object = await put(store, bytesOf(LARGE));
        const reader = await store.sealed.open(object);
        const gone = new Error('the client went away');
        await expect(reader.copyTo(() => Promise.reject(gone))).rejects.toBe(gone);
      });

      test('a sink that fails in the middle does so too', async () => {
        const object = await put(store, bytesOf(LARGE));
        const reader = await store.sealed.open(object);
        let calls = 0;
        const gone = new Error('the client went away');
        await expect(
          reader.copyTo(async () => {
            calls += 1;
            if (calls === 2) throw gone;
          }),
        ).rejects.toBe(gone);
        expect(calls).toBe(2);
      });

      test('a reader that is closed unread holds nothing; twice is fine; it reads no more', async () => {
        const object = await put(store, bytesOf(LARGE));
        const reader = await store.sealed.open(object);
        await reader.close();
        await reader.close();
        await expect(reader.copyTo(async () => undefined)).rejects.toThrow();
      });

      test('a closed writer takes no more', async () => {
        const key = store.pending.newKey();
        const writer = await store.pending.append(key, EMPTY_CHECKPOINT);
        await writer.write(bytesOf(10));
        await writer.close();
        await writer.close();
        await expect(writer.write(bytesOf(10))).rejects.toThrow();
        await expect(writer.checkpoint()).rejects.toThrow();
        await store.pending.discard(key, EMPTY_CHECKPOINT);
      });
    });

    describe('storing', () => {
      test.each([0, 1, PIECE - 1, PIECE, PIECE + 1, 1024 * 1024, 5 * 1024 * 1024, LARGE])(
        '%d bytes come back as they went in',
        async (size) => {
          const object = await put(store, bytesOf(size));
          expect(await store.sealed.stat(object)).toBe(size);
          const reader = await store.sealed.open(object);
          expect(reader.length).toBe(size);
          expect(await drain(reader)).toEqual({ length: size, digest: object.digest });
        },
      );

      test('an empty object that no writer ever touched can be appended and sealed', async () => {
        const object = nameFor(store, bytesOf(0));
        const writer = await store.pending.append(object.key, EMPTY_CHECKPOINT);
        const at = await writer.checkpoint();
        await writer.close();
        await store.pending.seal(object, at);
        expect(await store.sealed.stat(object)).toBe(0);
        expect(await readAll(store, object)).toEqual(Buffer.alloc(0));
      });

      test('a chunk may be overwritten as soon as its write resolved', async () => {
        const expected = bytesOf(LARGE);
        const object = nameFor(store, expected);
        const writer = await store.pending.append(object.key, EMPTY_CHECKPOINT);
        const chunk = Buffer.alloc(PIECE);
        for (let done = 0; done < expected.length; done += PIECE) {
          const bytes = expected.copy(chunk, 0, done);
          await writer.write(chunk.subarray(0, bytes));
          chunk.fill(0);
        }
        const at = await writer.checkpoint();
        await writer.close();
        await store.pending.seal(object, at);
        expect(digestOfBytes(await readAll(store, object))).toBe(object.digest);
      });

      test('chunks of every size are put together in order', async () => {
        const expected = bytesOf(LARGE);
        const object = nameFor(store, expected);
        const writer = await store.pending.append(object.key, EMPTY_CHECKPOINT);
        for (let done = 0, step = 1; done < expected.length; done += step, step = Math.min(step * 3 + 1, 4_000_000)) {
          await writer.write(expected.subarray(done, done + step));
        }
        const at = await writer.checkpoint();
        await writer.close();
        await store.pending.seal(object, at);
        expect(digestOfBytes(await readAll(store, object))).toBe(object.digest);
      });

      test.each([0, 1000, 1024 * 1024, 5 * 1024 * 1024, LARGE])('%d bytes in one go, with a checkpoint for sealing only', async (size) => {
        const expected = bytesOf(size);
        const object = nameFor(store, expected);
        const writer = await store.pending.append(object.key, EMPTY_CHECKPOINT);
        await writer.write(expected);
        const at = await writer.checkpoint({ sealing: true });
        await writer.close();
        expect(at.offset).toBe(size);
        expect(await drain(await store.pending.readBack(object.key, at))).toEqual({ length: size, digest: object.digest });
        await store.pending.seal(object, at);
        await store.pending.seal(object, at);
        expect(digestOfBytes(await readAll(store, object))).toBe(object.digest);
      });

      test('a checkpoint for sealing may follow a resume', async () => {
        const expected = bytesOf(LARGE);
        const object = nameFor(store, expected);
        const early = await append(store, object, expected.subarray(0, 9_000_000));
        const later = await under.reopen();
        const writer = await later.pending.append(object.key, early);
        await writer.write(expected.subarray(9_000_000));
        const at = await writer.checkpoint({ sealing: true });
        await writer.close();
        expect(at.offset).toBe(LARGE);
        await later.pending.seal(object, at);
        expect(digestOfBytes(await readAll(store, object))).toBe(object.digest);
      });

      test('a checkpoint for sealing may be discarded, after it was read back too', async () => {
        for (const readFirst of [false, true]) {
          const object = nameFor(store, bytesOf(LARGE));
          const writer = await store.pending.append(object.key, EMPTY_CHECKPOINT);
          await writer.write(bytesOf(LARGE));
          const at = await writer.checkpoint({ sealing: true });
          await writer.close();
          if (readFirst) await drain(await store.pending.readBack(object.key, at));
          await store.pending.discard(object.key, at);
          expect(await store.sealed.stat(object)).toBeUndefined();
        }
      });

      test('sealing again is fine, also for another process', async () => {
        const object = nameFor(store, bytesOf(LARGE));
        const at = await append(store, object, bytesOf(LARGE));
        await store.pending.seal(object, at);
        await store.pending.seal(object, at);
        await (await under.reopen()).pending.seal(object, at);
        expect(digestOfBytes(await readAll(store, object))).toBe(object.digest);
      });

      test('the same content stored twice is two objects; removing one leaves the other', async () => {
        const first = await put(store, bytesOf(PIECE));
        const second = await put(store, bytesOf(PIECE));
        expect(first.key).not.toBe(second.key);
        await store.sealed.remove(first);
        expect(await store.sealed.stat(first)).toBeUndefined();
        expect(digestOfBytes(await readAll(store, second))).toBe(second.digest);
        await store.sealed.remove(first);
      });

      test('many are removed together, some of them gone already; the others stay', async () => {
        const objects = await Promise.all(Array.from({ length: 30 }, async (_, index) => put(store, bytesOf(index + 1))));
        const [gone, stays, ...rest] = objects as [StoredObject, StoredObject, ...StoredObject[]];
        await store.sealed.remove(gone);
        const outcomes = await store.sealed.removeAll([gone, ...rest]);
        expect(outcomes.map(({ status }) => status)).toEqual(Array.from({ length: 29 }, () => 'fulfilled'));
        expect(await Promise.all(objects.map((object) => store.sealed.stat(object)))).toEqual([
          undefined,
          stays.size,
          ...rest.map(() => undefined),
        ]);
        expect(await store.sealed.removeAll([])).toEqual([]);
      });

      test('sha512 objects are stored like the others', async () => {
        const digest = digestOfBytes(bytesOf(PIECE), 'sha512');
        const object = await put(store, bytesOf(PIECE), digest);
        expect(await readAll(store, object)).toEqual(bytesOf(PIECE));
      });

      test('three writers at once do not mix', async () => {
        const contents = [0, 7, 13].map((from) => bytesOf(LARGE, from));
        const objects = await Promise.all(contents.map((bytes) => put(store, bytes)));
        for (const object of objects) expect(digestOfBytes(await readAll(store, object))).toBe(object.digest);
      });

      test('twelve readers of one object at once all get it', async () => {
        const object = await put(store, bytesOf(LARGE));
        const read = await Promise.all(Array.from({ length: 12 }, async () => drain(await store.sealed.open(object))));
        for (const { digest } of read) expect(digest).toBe(object.digest);
      });
    });

    describe('resuming and ranges', () => resumingTests(() => under));

    sideTests(() => under);

    test('the sweep removes what a crash left, only when it is old enough, and nothing that was sealed', async () => {
      const kept = await put(store, bytesOf(LARGE));
      const lost = nameFor(store, bytesOf(LARGE));
      const at = await append(store, lost, bytesOf(LARGE));
      expect(await store.removeOrphans(3600)).toBe(0);
      expect(await store.removeOrphans(-3600)).toBeGreaterThan(0);
      expect(await under.residue()).toEqual([]);
      await expect(store.pending.seal(lost, at)).rejects.toBeInstanceOf(StoredObjectMissingError);
      expect(digestOfBytes(await readAll(store, kept))).toBe(kept.digest);
    });

    test('check passes on a healthy store, also many at once', async () => {
      await store.check();
      await Promise.all(Array.from({ length: 5 }, () => store.check()));
    });
  });
}
