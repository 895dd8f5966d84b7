import { digestAlgorithm, digestSoFar, startHash } from '@berth/oci';
import {
  type BlobStore,
  requireOthersReadable,
  StoredObjectDamagedError,
  StoredObjectMissingError,
  type StoredObject,
} from '@berth/registry';
import { inParallel } from './blob-list.ts';
import { PartCutter, partCount, type SealedPlace } from './parts.ts';

const WIDTH = 4;

export interface CopyBlobs {
  readonly source: AsyncIterable<StoredObject>;
  readonly from: Pick<BlobStore, 'sealed' | 'check'>;
  readonly to: SealedPlace;
  readonly stopping: AbortSignal;
  /** After each blob, copied or there already. */
  done(bytes: number, copied: boolean): void;
}

/**
 * Brings blobs to the place that are not there yet, and answers the digests of those that the storage could not deliver whole. The last
 * part of a blob is put when its digest was found right: a blob with all its parts is whole, whatever broke off in between.
 */
export async function copyBlobs({ source, from, to, stopping, done }: CopyBlobs): Promise<readonly string[]> {
  const there = new Set<string>();
  for await (const name of to.place.list('blobs/')) there.add(name);
  const damaged: string[] = [];
  await inParallel(source, WIDTH, async (object) => {
    stopping.throwIfAborted();
    const name = to.envelopes.blobName(object.digest);
    const parts = partCount(object.size);
    const known = Array.from({ length: parts }, (_, part) => `${name}.${part}`).every((part) => there.has(part));
    if (!known && !(await copyBlob(object, name, { from, to }))) {
      damaged.push(object.digest);
      return;
    }
    done(object.size, !known);
  });
  return damaged.sort();
}

/** False when the storage does not have these bytes. */
async function copyBlob(object: StoredObject, name: string, { from, to }: Pick<CopyBlobs, 'from' | 'to'>): Promise<boolean> {
  const hash = startHash(digestAlgorithm(object.digest));
  let putting = false;
  const put = async (part: string, content: Buffer): Promise<void> => {
    putting = true;
    await to.place.put(part, to.envelopes.seal(part, content));
    putting = false;
  };
  const cutter = new PartCutter((part, content) => put(`${name}.${part}`, content), object.size);
  try {
    const reader = await from.sealed.open(object);
    await reader.copyTo(async (chunk) => {
      hash.update(chunk);
      await cutter.write(chunk);
    });
  } catch (error) {
    if (error instanceof StoredObjectMissingError || error instanceof StoredObjectDamagedError) return false;
    // Of the place, which may be in a bucket, too.
    if (putting) throw error;
    await requireOthersReadable(error, from);
    return false;
  }
  if (digestSoFar(hash, digestAlgorithm(object.digest)) !== object.digest) return false;
  await cutter.finish();
  return true;
}
