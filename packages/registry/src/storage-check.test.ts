import { digestOfBytes } from '@berth/oci';
import { expect, test } from 'vitest';
import type { BlobInventory } from './ports/blob-inventory.ts';
import type { BlobReader, BlobStore, StorageKey } from './ports/blob-store.ts';
import { StorageCheck, type StorageProblem } from './storage-check.ts';

test('a scrub that is to stop does not read a large blob to its end, and the next one reads it anew', async () => {
  const object = { key: 'k' as StorageKey, digest: digestOfBytes(Buffer.from('large')), size: 1000 };
  const stop = new AbortController();
  const saved: number[] = [];
  const inventory = {
    scrubPosition: async () => 0,
    page: async () => [{ id: 7, object, quarantined: false }],
    saveScrubPosition: async (after: number) => void saved.push(after),
  } as unknown as BlobInventory;
  let chunks = 0;
  const reader: BlobReader = {
    length: object.size,
    close: async () => undefined,
    async copyTo(sink) {
      for (; chunks < 1000; chunks += 1) {
        if (chunks === 3) stop.abort();
        await sink(Buffer.from('x'));
      }
    },
  };
  const store = { sealed: { open: async () => reader } } as unknown as BlobStore;
  const problems: StorageProblem[] = [];
  const sum = await new StorageCheck(inventory, store).scrub({
    rate: 1e9,
    stopping: stop.signal,
    found: (problem) => problems.push(problem),
  });
  expect(chunks).toBe(3);
  expect([sum, problems, saved]).toEqual([{ objects: 0, bytes: 0, problems: 0 }, [], [0]]);
});
