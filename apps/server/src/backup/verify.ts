import { digestAlgorithm, digestSoFar, startHash } from '@berth/oci';
import type { StoredObject } from '@berth/registry';
import { BackupError } from './backup-error.ts';
import { inParallel, listedBlobs } from './blob-list.ts';
import { type Contents, readContents } from './contents.ts';
import { partCount, readStream, type SealedPlace } from './parts.ts';

const WIDTH = 4;

export interface VerifyProgress {
  readonly blobs: number;
  readonly totalBlobs: number;
  readonly bytes: number;
  readonly totalBytes: number;
}

/** Reads everything that belongs to a backup. Throws {@link BackupError} at the first thing that is missing, cut or altered. */
export async function verifyBackup(from: SealedPlace, id: string, progress: (progress: VerifyProgress) => void): Promise<Contents> {
  const contents = await readContents(from.place, from.envelopes, id);
  for (const [index, table] of contents.tables.entries()) {
    for await (const _ of readStream(from, `backups/${id}/t${index}`, table));
  }
  const { mode, damaged, count: totalBlobs, bytes: totalBytes } = contents.blobs;
  const lost: ReadonlySet<string> = new Set(damaged);
  let [blobs, bytes] = [0, 0];
  await inParallel(listedBlobs(from, contents), WIDTH, async (object) => {
    if (mode === 'all' && !lost.has(object.digest)) for await (const _ of readBlob(from, object));
    blobs += 1;
    bytes += object.size;
    progress({ blobs, totalBlobs, bytes, totalBytes });
  });
  if (blobs !== totalBlobs || bytes !== totalBytes) throw new BackupError(`The list of blobs of the backup ${id} is not whole.`);
  return contents;
}

/** The bytes of a blob; its length and digest are checked at the end. Throws {@link BackupError}. */
export async function* readBlob({ place, envelopes }: SealedPlace, object: StoredObject): AsyncGenerator<Buffer> {
  const name = envelopes.blobName(object.digest);
  const algorithm = digestAlgorithm(object.digest);
  const hash = startHash(algorithm);
  let bytes = 0;
  for (let part = 0; part < partCount(object.size); part += 1) {
    const content = envelopes.open(`${name}.${part}`, await place.get(`${name}.${part}`));
    hash.update(content);
    bytes += content.length;
    yield content;
  }
  if (bytes !== object.size || digestSoFar(hash, algorithm) !== object.digest)
    throw new BackupError(`${object.digest} is damaged in the backup (${name}).`);
}
