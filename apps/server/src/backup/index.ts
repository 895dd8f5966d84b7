import type { Config } from '../config.ts';
import { createLogger } from '../logging.ts';
import { backupIds, chosenBackup, type Contents, readContents } from './contents.ts';
import { openPlace, type PlaceWish } from './open-place.ts';
import type { SealedPlace } from './parts.ts';
import { type AskPassphrase, openEnvelopes } from './place-file.ts';
import { pruneBackups, type PruneSummary } from './prune.ts';
import { restoreBackup, type RestoreProgress, type RestoreSummary } from './restore.ts';
import { verifyBackup, type VerifyProgress } from './verify.ts';

export { BackupError } from './backup-error.ts';
export type { BlobMode } from './contents.ts';

/** How to reach backups that are there. */
export interface BackupsWish extends Omit<PlaceWish, 'make'> {
  readonly ask: AskPassphrase;
  /** A passphrase was given: a place that is not encrypted is the wrong one. */
  readonly encrypted: boolean;
}

/** Backups at one place. All methods throw BackupError, a sentence. */
export interface Backups {
  /** Oldest first; those that broke off, too. */
  list(): Promise<{ readonly finished: readonly Contents[]; readonly unfinished: readonly string[] }>;
  /** `id` absent: the newest. */
  verify(id: string | undefined, progress: (progress: VerifyProgress) => void): Promise<Contents>;
  restore(id: string | undefined, progress: (progress: RestoreProgress) => void): Promise<RestoreSummary>;
  prune(keep: number): Promise<PruneSummary>;
  close(): void;
}

export async function openBackups(config: Config, { ask, encrypted, ...wish }: BackupsWish): Promise<Backups> {
  const place = await openPlace({ ...wish, make: false }, config);
  let from: SealedPlace;
  try {
    from = { place, envelopes: await openEnvelopes(place, ask, encrypted) };
  } catch (error) {
    place.close();
    throw error;
  }
  return {
    async list() {
      const { finished, unfinished } = await backupIds(place);
      const read: Contents[] = [];
      for (const id of finished) read.push(await readContents(place, from.envelopes, id));
      return { finished: read, unfinished };
    },
    verify: async (id, progress) => verifyBackup(from, await chosenBackup(place, id), progress),
    restore: async (id, progress) => {
      const logger = createLogger({ level: 'error', destination: { write: (line) => void process.stderr.write(line) } });
      return restoreBackup({ config, from, id: await chosenBackup(place, id), logger, progress });
    },
    prune: (keep) => pruneBackups(from, keep),
    close: () => place.close(),
  };
}
