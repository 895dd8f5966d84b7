import { isDigest } from '@berth/oci';
import type { StorageKey, StoredObject } from '@berth/registry';
import { BackupError } from './backup-error.ts';
import type { Contents } from './contents.ts';
import { readLines, type SealedPlace } from './parts.ts';

const SHAPE = /^([^\t]+)\t(\d{1,15})\t([^\t]+)$/;

export function blobListName(id: string): string {
  return `backups/${id}/blobs`;
}

/** Every blob that the backup lists, in digest order; none where it has no list. */
export async function* listedBlobs(sealed: SealedPlace, { id, blobs }: Contents): AsyncGenerator<StoredObject> {
  if (blobs.list === undefined) return;
  for await (const line of readLines(sealed, blobListName(id), blobs.list)) {
    const [, digest = '', size, key] = SHAPE.exec(line) ?? [];
    if (!isDigest(digest)) throw new BackupError(`${blobListName(id)} has a line that names no blob.`);
    yield { digest, size: Number(size), key: key as StorageKey };
  }
}

/** Takes items from `source` with `width` workers at a time; the first failure ends all. */
export async function inParallel<Item>(source: AsyncIterable<Item>, width: number, work: (item: Item) => Promise<void>): Promise<void> {
  const items = source[Symbol.asyncIterator]();
  let failed = false;
  // An async generator answers calls of next() in their order, also when they come at once.
  const worker = async (): Promise<void> => {
    try {
      while (!failed) {
        const { done, value } = await items.next();
        if (done === true) return;
        await work(value);
      }
    } catch (error) {
      failed = true;
      throw error;
    }
  };
  const outcomes = await Promise.allSettled(Array.from({ length: width }, worker));
  const broken = outcomes.find((outcome) => outcome.status === 'rejected');
  if (broken?.status === 'rejected') throw broken.reason;
}
