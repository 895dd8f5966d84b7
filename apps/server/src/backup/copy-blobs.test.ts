import { digestOfBytes } from '@berth/oci';
import { type BlobReader, type BlobStore, StorageFailedError, type StorageKey, type StoredObject } from '@berth/registry';
import { expect, test } from 'vitest';
import { copyBlobs } from './copy-blobs.ts';
import { Envelopes } from './envelope.ts';
import type { Place } from './place.ts';

const CONTENT = Buffer.from('whole');
const WHOLE: StoredObject = { key: 'whole' as StorageKey, digest: digestOfBytes(CONTENT), size: CONTENT.length };
const UNREADABLE: StoredObject = { key: 'unreadable' as StorageKey, digest: digestOfBytes(Buffer.from('x')), size: 1 };

async function copy({ check = async () => {}, put = async () => {} }: { check?: () => Promise<void>; put?: Place['put'] }): Promise<{
  readonly damaged: readonly string[];
  readonly copied: number;
}> {
  const reader: BlobReader = { length: WHOLE.size, close: async () => {}, copyTo: (sink) => Promise.resolve(sink(CONTENT)) };
  const open = async ({ key }: StoredObject): Promise<BlobReader> => {
    if (key === UNREADABLE.key) throw new StorageFailedError('EIO');
    return reader;
  };
  const place: Pick<Place, 'list' | 'put'> = { put, list: async function* () {} };
  let copied = 0;
  const damaged = await copyBlobs({
    source: (async function* () {
      yield UNREADABLE;
      yield WHOLE;
    })(),
    from: { sealed: { open }, check } as unknown as BlobStore,
    to: { place: place as Place, envelopes: new Envelopes(undefined) },
    stopping: new AbortController().signal,
    done: () => (copied += 1),
  });
  return { damaged, copied };
}

test('a blob that cannot be read is told of, and the others are copied', async () => {
  expect(await copy({})).toEqual({ damaged: [UNREADABLE.digest], copied: 1 });
});

test('a storage that fails, or a place, ends the backup', async () => {
  await expect(copy({ check: () => Promise.reject(new StorageFailedError('away')) })).rejects.toThrow('away');
  await expect(copy({ put: () => Promise.reject(new StorageFailedError('the place is away')) })).rejects.toThrow('the place is away');
});
