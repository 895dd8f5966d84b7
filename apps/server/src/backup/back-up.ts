import { createHash, randomBytes } from 'node:crypto';
import { setInterval } from 'node:timers';
import { BACKUP_HEARTBEAT_SECONDS, type BackupRuns, withDatabaseSnapshot } from '@berth/database';
import type { BlobStore } from '@berth/registry';
import { VERSION } from '../version.ts';
import { BackupError } from './backup-error.ts';
import { blobListName, listedBlobs } from './blob-list.ts';
import { type BlobMode, type Contents, writeContents } from './contents.ts';
import { copyBlobs } from './copy-blobs.ts';
import { type SealedPlace, writeStream } from './parts.ts';

export interface BackUp {
  readonly to: SealedPlace;
  readonly databaseUrl: string;
  /** Keeps what is deleted meanwhile in the storage. Absent where the blobs are not copied. */
  readonly runs?: BackupRuns;
  /** Needed to copy the blobs. */
  readonly blobStore?: Pick<BlobStore, 'sealed' | 'check'>;
  readonly blobs: BlobMode;
  /** Where it is at hand: as text, and as the bytes made of it. */
  readonly secret: { readonly text: string; readonly master: Buffer } | undefined;
  readonly stopping: AbortSignal;
  readonly progress: (progress: BackupProgress) => void;
}

export interface BackupProgress {
  readonly phase: 'database' | 'blobs';
  readonly blobs: number;
  readonly totalBlobs: number;
  readonly bytes: number;
  readonly totalBytes: number;
}

export interface BackupSummary {
  readonly id: string;
  readonly rows: number;
  readonly blobs: number;
  readonly blobBytes: number;
  /** Of them, those that were not in the place before. */
  readonly copiedBlobs: number;
  readonly copiedBytes: number;
  readonly damaged: readonly string[];
}

/** Compares master secrets without telling them. */
export function secretCheck(master: Buffer): string {
  return createHash('sha256').update('berth backup check\0').update(master).digest('hex');
}

/**
 * One backup: the database in one snapshot, then the blobs it names. Deleted objects stay in the storage from before the snapshot until the
 * end. The list of contents comes last, so that what broke off is no backup; what it copied of blobs serves the next one.
 */
export async function backUp(work: BackUp): Promise<BackupSummary> {
  const { runs, to } = work;
  const id = `${new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '')}-${randomBytes(2).toString('hex')}`;
  if (runs === undefined) {
    const { contents, summary } = await write(id, work);
    await writeContents(to.place, to.envelopes, contents);
    return summary;
  }
  const run = await runs.start(to.place.label, id);
  const hold = new Hold(runs, run);
  try {
    const { contents, summary } = await write(id, { ...work, stopping: AbortSignal.any([work.stopping, hold.lost]) });
    await hold.renew();
    await writeContents(to.place, to.envelopes, contents);
    await runs.finish(run, { blobs: summary.blobs, bytes: summary.blobBytes });
    return summary;
  } catch (error) {
    const why = hold.lost.aborted ? (hold.lost.reason as Error) : error;
    // What failed first is told; the hold ends by itself.
    await runs.finish(run, { blobs: 0, bytes: 0, problem: String((why as Error).message) }).catch(() => undefined);
    if (work.stopping.aborted) throw new BackupError('Interrupted. What was copied of blobs is kept: the next backup goes on from there.');
    throw why;
  } finally {
    hold.end();
  }
}

/** Says again and again that the backup is alive. */
class Hold {
  readonly #runs: BackupRuns;
  readonly #run: number;
  readonly #lost = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor(runs: BackupRuns, run: number) {
    this.#runs = runs;
    this.#run = run;
    // A database that is away for a moment is no loss yet: the next time counts.
    this.#timer = setInterval(() => void this.renew().catch(() => undefined), BACKUP_HEARTBEAT_SECONDS * 1000);
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  async renew(): Promise<void> {
    if (await this.#runs.keepAlive(this.#run)) return;
    const problem = new BackupError(
      'The backup stood still for too long, and objects it needs may have gone. Nothing was finished; start it again.',
    );
    this.#lost.abort(problem);
    throw problem;
  }

  end(): void {
    clearInterval(this.#timer);
  }
}

async function write(id: string, work: BackUp): Promise<{ readonly contents: Contents; readonly summary: BackupSummary }> {
  const { to, secret, blobs: mode, stopping } = work;
  const blobTotals = { count: 0, bytes: 0 };
  const database = await withDatabaseSnapshot(work.databaseUrl, async (snapshot) => {
    const tables: Contents['tables'] = [];
    for (const [index, table] of snapshot.tables.entries()) {
      stopping.throwIfAborted();
      const rows = await writeStream(to, `backups/${id}/t${index}`, snapshot.rows(table));
      tables.push({ ...rows, name: table.name, columns: [...table.columns] });
      work.progress({ phase: 'database', blobs: 0, totalBlobs: 0, bytes: 0, totalBytes: 0 });
    }
    const list = mode === 'none' ? undefined : await writeStream(to, blobListName(id), snapshot.blobs());
    const { migrations, storageId, sequences } = snapshot;
    return { tables, list, migrations: [...migrations], storageId, sequences: [...sequences] };
  });
  const { list, ...rest } = database;
  const contents: Contents = {
    format: 1,
    id,
    berth: VERSION,
    createdAt: new Date().toISOString(),
    ...rest,
    blobs: { mode, ...blobTotals, damaged: [], ...(list === undefined ? {} : { list }) },
    ...(secret === undefined ? {} : { secretCheck: secretCheck(secret.master) }),
    ...(secret === undefined || !to.envelopes.encrypted ? {} : { secretKey: secret.text }),
  };
  for await (const { size } of listedBlobs(to, contents)) {
    blobTotals.count += 1;
    blobTotals.bytes += size;
  }
  const copied = { count: 0, bytes: 0, seen: 0, seenBytes: 0 };
  const damaged =
    mode === 'all' && work.blobStore !== undefined
      ? await copyBlobs({
          source: listedBlobs(to, contents),
          from: work.blobStore,
          to,
          stopping,
          done: (bytes, isNew) => {
            copied.seen += 1;
            copied.seenBytes += bytes;
            if (isNew) {
              copied.count += 1;
              copied.bytes += bytes;
            }
            work.progress({
              ...{ phase: 'blobs', blobs: copied.seen, bytes: copied.seenBytes },
              ...{ totalBlobs: blobTotals.count, totalBytes: blobTotals.bytes },
            });
          },
        })
      : [];
  return {
    contents: { ...contents, blobs: { ...contents.blobs, ...blobTotals, damaged: [...damaged] as Contents['blobs']['damaged'] } },
    summary: {
      id,
      rows: rest.tables.reduce((sum, { rows }) => sum + rows, 0),
      blobs: blobTotals.count,
      blobBytes: blobTotals.bytes,
      copiedBlobs: copied.count,
      copiedBytes: copied.bytes,
      damaged,
    },
  };
}
