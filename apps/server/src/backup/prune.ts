import type { Digest } from '@berth/oci';
import { BackupError } from './backup-error.ts';
import { listedBlobs } from './blob-list.ts';
import { backupIds, contentsName, readContents } from './contents.ts';
import type { SealedPlace } from './parts.ts';

export interface PruneSummary {
  readonly kept: readonly string[];
  readonly removed: readonly string[];
  readonly objects: number;
}

/**
 * Removes all but the newest `keep` backups, what broke off, and blobs that no backup left has. Any backup that cannot be read stops it
 * before the first removal. Not while a backup into the same place runs.
 */
export async function pruneBackups(from: SealedPlace, keep: number): Promise<PruneSummary> {
  const { place, envelopes } = from;
  if (!Number.isSafeInteger(keep) || keep < 1) throw new BackupError('At least one backup stays.');
  const { finished, unfinished } = await backupIds(place);
  const kept = finished.slice(-keep);
  const removed = [...finished.slice(0, -keep), ...unfinished];
  const needed = new Set<string>();
  for (const id of kept) {
    for await (const { digest } of listedBlobs(from, await readContents(place, envelopes, id)))
      needed.add(envelopes.blobName(digest as Digest));
  }
  let objects = 0;
  const remove = async (name: string): Promise<void> => {
    await place.remove(name);
    objects += 1;
  };
  // Contents first: what is half removed is no backup.
  for (const id of removed) await remove(contentsName(id));
  for (const id of removed) for await (const name of place.list(`backups/${id}/`)) await remove(name);
  for await (const name of place.list('blobs/')) if (!needed.has(name.replace(/\.\d+$/, ''))) await remove(name);
  return { kept, removed, objects };
}
