import { digestOfBytes } from '@berth/oci';
import { expect, test } from 'vitest';
import type { BlobReader, BlobStore, StorageKey, StoredObject } from '../ports/blob-store.ts';
import type { FactSource, ManifestFactRecords } from '../ports/manifest-facts.ts';
import { StorageFailedError, StorageFullError } from '../ports/storage-errors.ts';
import { FactReader } from './fact-reader.ts';

const IMAGE = 'application/vnd.oci.image.manifest.v1+json';

function sourceOf(contentId: number): FactSource {
  const config: StoredObject = { key: String(contentId) as StorageKey, digest: digestOfBytes(Buffer.from(String(contentId))), size: 2 };
  const descriptor = { mediaType: 'application/vnd.oci.image.config.v1+json', digest: config.digest, size: config.size };
  return { contentId, mediaType: IMAGE, bytes: Buffer.from(JSON.stringify({ schemaVersion: 2, config: descriptor, layers: [] })), config };
}

function readerOn(check: () => Promise<void>): { readonly reader: FactReader; readonly saved: number[]; readonly told: unknown[] } {
  const [saved, told]: [number[], unknown[]] = [[], []];
  const records: ManifestFactRecords = {
    pending: async () => [1, 2, 3],
    sources: async (ids) => ids.map(sourceOf),
    save: async (facts) => void saved.push(...facts.keys()),
  };
  const readable: BlobReader = { length: 2, close: async () => undefined, copyTo: (sink) => Promise.resolve(sink(Buffer.from('{}'))) };
  const open = async ({ key }: StoredObject): Promise<BlobReader> => {
    if (key === ('1' as StorageKey)) throw new StorageFailedError('EIO');
    return readable;
  };
  const blobStore = { sealed: { open }, check } as unknown as BlobStore;
  return { reader: new FactReader({ records, blobStore, report: (error) => told.push(error) }), saved, told };
}

test.each([
  ['', async () => undefined],
  [', also where the disk is full', () => Promise.reject(new StorageFullError('full'))],
])('one config that cannot be read costs the others nothing, and is tried again%s', async (_, check) => {
  const { reader, saved, told } = readerOn(check);
  await reader.work(100);
  expect(saved.sort()).toEqual([2, 3]);
  expect(told).toEqual([expect.any(StorageFailedError)]);
});

test('a storage that fails is told', async () => {
  const { reader, saved } = readerOn(() => Promise.reject(new StorageFailedError('away')));
  await expect(reader.work(100)).rejects.toThrow('away');
  expect(saved).toEqual([]);
});
