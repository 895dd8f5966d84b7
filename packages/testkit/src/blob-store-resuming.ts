import { digestOfBytes } from '@berth/oci';
import { EMPTY_CHECKPOINT, type BlobStore, type Checkpoint, type StoredObject } from '@berth/registry';
import { beforeEach, describe, expect, test } from 'vitest';
import type { BlobStoreUnderTest } from './blob-store-contract.ts';
import { append, bytesOf, drain, LARGE, nameFor, PIECE, put, readAll } from './blob-store-steps.ts';

/** The part of the contract about going on after a break, and about reading parts. */
export function resumingTests(current: () => BlobStoreUnderTest): void {
  let under: BlobStoreUnderTest;
  let store: BlobStore;

  beforeEach(() => {
    under = current();
    store = under.store;
  });

  describe('resuming', () => {
    /** Where a crash may come: before, at and after the sizes of buffers and parts. */
    const cuts = [0, 1, PIECE, 1024 * 1024, 5 * 1024 * 1024 + 1, LARGE - 1, LARGE];

    test.each(cuts)('at %d bytes, after a crash that lost what followed the checkpoint', async (cut) => {
      const expected = bytesOf(LARGE);
      const object = nameFor(store, expected);
      const writer = await store.pending.append(object.key, EMPTY_CHECKPOINT);
      await writer.write(expected.subarray(0, cut));
      const at = await writer.checkpoint();
      expect(at.offset).toBe(cut);
      await writer.write(Buffer.alloc(PIECE, 'lost'));
      await writer.close();
      const later = await under.reopen();
      const next = await later.pending.append(object.key, at);
      await next.write(expected.subarray(cut));
      const end = await next.checkpoint();
      expect(end.offset).toBe(LARGE);
      await next.close();
      await later.pending.seal(object, end);
      expect(digestOfBytes(await readAll(store, object))).toBe(object.digest);
    });

    test.each([1, 6_000_000])('knows the uploads of %d bytes that began in it, until they are discarded', async (size) => {
      const object = nameFor(store, bytesOf(size));
      const at = await append(store, object, bytesOf(size));
      const later = await under.reopen();
      expect(await later.pending.has(object.key, at)).toBe(true);
      expect(await later.pending.has(nameFor(store, bytesOf(size)).key, at)).toBe(false);
      await later.pending.discard(object.key, at);
      expect(await later.pending.has(object.key, at)).toBe(false);
    });

    test('from a checkpoint that is not the last one', async () => {
      const expected = bytesOf(LARGE);
      const object = nameFor(store, expected);
      const early = await append(store, object, expected.subarray(0, 6_000_000));
      const writer = await store.pending.append(object.key, early);
      await writer.write(Buffer.alloc(6_000_000, 'acknowledged to nobody'));
      await writer.checkpoint();
      await writer.close();
      const again = await store.pending.append(object.key, early);
      await again.write(expected.subarray(6_000_000));
      const end = await again.checkpoint();
      await again.close();
      await store.pending.seal(object, end);
      expect(digestOfBytes(await readAll(store, object))).toBe(object.digest);
    });

    test('in many appends of little', async () => {
      const expected = bytesOf(20 * 1000);
      const object = nameFor(store, expected);
      let at = EMPTY_CHECKPOINT;
      for (let done = 0; done < expected.length; done += 1000) {
        const writer = await store.pending.append(object.key, at);
        await writer.write(expected.subarray(done, done + 1000));
        at = await writer.checkpoint();
        await writer.close();
      }
      await store.pending.seal(object, at);
      expect(await readAll(store, object)).toEqual(expected);
    });

    test('two checkpoints in a row agree, and nothing appended after one changes nothing', async () => {
      const object = nameFor(store, bytesOf(LARGE));
      const writer = await store.pending.append(object.key, EMPTY_CHECKPOINT);
      await writer.write(bytesOf(LARGE));
      const first = await writer.checkpoint();
      const second = await writer.checkpoint();
      await writer.close();
      expect(second.offset).toBe(first.offset);
      const again = await store.pending.append(object.key, second);
      await again.write(Buffer.alloc(0));
      const third = await again.checkpoint();
      await again.close();
      expect(third.offset).toBe(LARGE);
      await store.pending.seal(object, third);
      expect(digestOfBytes(await readAll(store, object))).toBe(object.digest);
    });

    describe('after a checkpoint that closed its writer', () => {
      const closingAt = async (from: Checkpoint, object: StoredObject, bytes: Buffer): Promise<Checkpoint> => {
        const writer = await store.pending.append(object.key, from);
        await writer.write(bytes);
        const at = await writer.checkpoint({ closing: true });
        await writer.close();
        return at;
      };

      test.each(cuts)('at %d bytes, in another process', async (cut) => {
        const expected = bytesOf(LARGE);
        const object = nameFor(store, expected);
        const at = await closingAt(EMPTY_CHECKPOINT, object, expected.subarray(0, cut));
        expect(at.offset).toBe(cut);
        store = await under.reopen();
        const saved = JSON.parse(JSON.stringify(at)) as Checkpoint;
        const end = await closingAt(saved, object, expected.subarray(cut));
        expect(end.offset).toBe(LARGE);
        await store.pending.seal(object, JSON.parse(JSON.stringify(end)) as Checkpoint);
        expect(digestOfBytes(await readAll(store, object))).toBe(object.digest);
      });

      test('in many appends of little', async () => {
        const expected = bytesOf(10 * 1000);
        const object = nameFor(store, expected);
        let at = EMPTY_CHECKPOINT;
        for (let done = 0; done < expected.length; done += 1000) at = await closingAt(at, object, expected.subarray(done, done + 1000));
        await store.pending.seal(object, at);
        expect(await readAll(store, object)).toEqual(expected);
      });

      test('from the one before, when the next was never saved', async () => {
        const expected = bytesOf(LARGE);
        const object = nameFor(store, expected);
        const early = await closingAt(EMPTY_CHECKPOINT, object, expected.subarray(0, 3_000_000));
        const abandoned = await store.pending.append(object.key, early);
        await abandoned.write(Buffer.alloc(1_000_000, 'acknowledged to nobody'));
        await abandoned.checkpoint({ closing: true });
        await abandoned.close();
        const end = await closingAt(early, object, expected.subarray(3_000_000));
        await store.pending.seal(object, end);
        expect(digestOfBytes(await readAll(store, object))).toBe(object.digest);
      });

      test.each([1000, LARGE])('%d bytes are read back, sealed or dropped', async (size) => {
        const expected = bytesOf(size);
        const object = nameFor(store, expected);
        const at = await closingAt(EMPTY_CHECKPOINT, object, expected);
        for (let times = 0; times < 2; times += 1) {
          expect(await drain(await store.pending.readBack(object.key, at))).toEqual({ length: size, digest: object.digest });
        }
        await store.pending.seal(object, at);
        const dropped = nameFor(store, expected);
        const other = await closingAt(EMPTY_CHECKPOINT, dropped, expected);
        await (await store.pending.readBack(dropped.key, other)).close();
        await (await under.reopen()).pending.discard(dropped.key, other);
        expect(await store.sealed.stat(dropped)).toBeUndefined();
      });
    });

    test.each(cuts)('reads the first %d bytes back', async (cut) => {
      const object = nameFor(store, bytesOf(LARGE));
      const writer = await store.pending.append(object.key, EMPTY_CHECKPOINT);
      await writer.write(bytesOf(cut));
      const at = await writer.checkpoint();
      await writer.write(bytesOf(LARGE - cut, cut));
      const end = await writer.checkpoint();
      await writer.close();
      const reader = await (await under.reopen()).pending.readBack(object.key, at);
      expect(reader.length).toBe(cut);
      expect(await drain(reader)).toEqual({ length: cut, digest: digestOfBytes(bytesOf(cut)) });
      await store.pending.discard(object.key, end);
    });
  });

  describe('ranges', () => {
    test.each([PIECE, LARGE])('every edge of %d bytes', async (size) => {
      const object = await put(store, bytesOf(size));
      const ranges: readonly (readonly [number, number])[] = [
        [0, 0],
        [0, size - 1],
        [size - 1, size - 1],
        [1, size - 2],
        [PIECE - 1, Math.min(size - 1, PIECE + 1)],
        [Math.min(size - 1, 1024 * 1024), Math.min(size - 1, 3 * 1024 * 1024)],
      ];
      for (const [start, end] of ranges) {
        const read = await readAll(store, object, { start, end });
        expect(read.equals(bytesOf(end - start + 1, start)), `bytes ${start}-${end}`).toBe(true);
      }
    });

    test.each([
      { start: 0, end: 10 },
      { start: 10, end: 10 },
      { start: 5, end: 3 },
      { start: -1, end: 3 },
    ])('a range outside of the object is refused: %o', async (range) => {
      const object = await put(store, bytesOf(10));
      await expect(store.sealed.open(object, range)).rejects.toThrow();
    });
  });
}
