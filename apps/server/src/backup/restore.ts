import { join } from 'node:path';
import { clearSchema, findRunningPostgres, loadDatabase, migrate, occupiedBy, openKnex } from '@berth/database';
import { type BlobStore, EMPTY_CHECKPOINT, type StoredObject } from '@berth/registry';
import { migrations as released } from '@berth/migrations';
import { openBlobStore } from '../process/open-blob-store.ts';
import { type Config, SECRET_KEY_FILE } from '../config.ts';
import type { Logger } from '../logging.ts';
import { CommandAudit } from '../policy/command-audit.ts';
import { prepareDataDirectory, readPrivateFile, writePrivateFileOnce } from '../process/data-directory.ts';
import { embeddedDirectory, runDatabase } from '../process/installation.ts';
import { masterSecret } from '../process/master-secret.ts';
import { secretCheck } from './back-up.ts';
import { BackupError } from './backup-error.ts';
import { inParallel, listedBlobs } from './blob-list.ts';
import { type Contents, readContents } from './contents.ts';
import { readStream, type SealedPlace } from './parts.ts';
import { readBlob, verifyBackup } from './verify.ts';

const WIDTH = 4;

export interface Restore {
  readonly config: Config;
  readonly from: SealedPlace;
  readonly id: string;
  readonly logger: Logger;
  readonly progress: (progress: RestoreProgress) => void;
}

export interface RestoreProgress {
  readonly phase: 'verify' | 'blobs' | 'database';
  readonly blobs: number;
  readonly totalBlobs: number;
  readonly bytes: number;
  readonly totalBytes: number;
}

export interface RestoreSummary {
  readonly id: string;
  readonly createdAt: string;
  readonly rows: number;
  /** Written into the storage. */
  readonly blobs: number;
  readonly blobBytes: number;
  /** Hidden, since the backup could not have them: the next push heals them. */
  readonly damaged: readonly string[];
  /** Sentences about what is left to do. */
  readonly notices: readonly string[];
}

/**
 * Makes the server that `config` describes the one that was backed up. Reads the whole backup first; what is not whole, does not fit this
 * version, or would take something away is refused before anything is written. Bytes before rows (law 1); the rows come in one transaction.
 * Broken off, it can be started again. Throws {@link BackupError} or StartError.
 */
export async function restoreBackup({ config, from, id, logger, progress }: Restore): Promise<RestoreSummary> {
  requireKnownMigrations(await readContents(from.place, from.envelopes, id));
  if (config.database.kind === 'embedded' && (await findRunningPostgres(embeddedDirectory(config))) !== undefined)
    throw new BackupError(`A server runs on ${config.dataDir}. Stop it first. Nothing was changed.`);
  const contents = await verifyBackup(from, id, (verified) => progress({ phase: 'verify', ...verified }));
  requireSecret(config, contents);
  prepareDataDirectory(config.dataDir);
  if (config.secretKey === undefined && contents.secretKey !== undefined)
    writePrivateFileOnce(config.dataDir, SECRET_KEY_FILE, contents.secretKey);
  const { databaseUrl, close } = await runDatabase(config, logger, () => undefined);
  let blobStore: BlobStore | undefined;
  try {
    const occupied = await occupiedBy(databaseUrl);
    if (occupied !== undefined)
      throw new BackupError(`The database is not empty: ${occupied}. A backup is restored into an empty server only. Nothing was changed.`);
    blobStore = await openBlobStore(config, (error, doing) => logger.error({ err: error }, `failed while ${doing}`));
    if (contents.blobs.mode !== 'all' && blobStore.id !== contents.storageId)
      throw new BackupError(
        `This backup has no blobs, and the storage here (${blobStore.id}) is not the one it belongs to (${contents.storageId}). ` +
          'Bring that storage here first (its folder blobs, or the same bucket), then start again. The database was not changed.',
      );
    const written = contents.blobs.mode === 'all' ? await restoreBlobs(from, contents, { blobStore, progress }) : { blobs: 0, bytes: 0 };
    progress({ phase: 'database', blobs: 0, totalBlobs: 0, bytes: 0, totalBytes: 0 });
    await clearSchema(databaseUrl);
    await migrate(databaseUrl, { upTo: contents.migrations.at(-1) ?? '' });
    await loadDatabase(databaseUrl, {
      tables: contents.tables.map((table, index) => ({ ...table, content: () => readStream(from, `backups/${id}/t${index}`, table) })),
      sequences: contents.sequences,
      storageId: blobStore.id,
      wholeStorage: contents.blobs.mode === 'all',
      missing: contents.blobs.damaged,
    });
    await migrate(databaseUrl);
    await tellAudit(databaseUrl, contents, { id, place: from.place.label, logger });
    return {
      ...{ id, createdAt: contents.createdAt, damaged: contents.blobs.damaged },
      ...{ rows: contents.tables.reduce((sum, { rows }) => sum + rows, 0), blobs: written.blobs, blobBytes: written.bytes },
      notices: noticesOf(contents),
    };
  } finally {
    await blobStore?.close();
    await close();
  }
}

/** Into the log that was restored: what happened after that moment is in none. The restore is done; a failure here takes nothing back. */
async function tellAudit(
  databaseUrl: string,
  { createdAt }: Contents,
  { id, place, logger }: { readonly id: string; readonly place: string; readonly logger: Logger },
): Promise<void> {
  const report = (error: unknown, doing: string): void => logger.error({ err: error }, `failed while ${doing}`);
  const knex = openKnex({ url: databaseUrl, applicationName: 'berth-restore', poolSize: 1 });
  const audit = new CommandAudit(knex, report);
  try {
    const description = `berth restore: everything is as it was in backup ${id}, made ${createdAt}`;
    await audit.record({ operation: 'update', resourceType: 'backup', resource: place, description });
  } catch (error) {
    report(error, 'telling the audit log of the restore');
  } finally {
    await audit.close();
    await knex.destroy();
  }
}

function requireKnownMigrations({ migrations, berth }: Contents): void {
  const unknown = migrations.find((name, index) => released[index]?.name !== name);
  if (unknown === undefined && migrations.length > 0) return;
  throw new BackupError(
    `The backup was made by Berth ${berth} with the schema step ${unknown ?? '(none)'}, which this version does not know. Restore it with that version or a later one. Nothing was changed.`,
  );
}

/** Robots' secrets and signing keys mean nothing under another master secret. */
function requireSecret(config: Config, { secretCheck: wanted, secretKey }: Contents): void {
  if (wanted === undefined) return;
  const path = join(config.dataDir, SECRET_KEY_FILE);
  const known = config.secretKey ?? readPrivateFile(path);
  if (known === undefined && secretKey !== undefined) return;
  if (known !== undefined && secretCheck(masterSecret({ ...config, secretKey: known })) === wanted) return;
  const place = config.secretKey === undefined ? path : 'BERTH_SECRET_KEY';
  throw new BackupError(
    known === undefined
      ? `This backup is not encrypted and so does not hold the secret key of its server. Put the file ${SECRET_KEY_FILE} of that server at ${path} (or set BERTH_SECRET_KEY), then start again. Nothing was changed.`
      : `The secret key in ${place} is not that of the server that was backed up. ${secretKey === undefined ? 'Put that one in its place' : 'Take it away, so that the one of the backup is used'}, then start again. Nothing was changed.`,
  );
}

async function restoreBlobs(
  from: SealedPlace,
  contents: Contents,
  { blobStore, progress }: { readonly blobStore: BlobStore; readonly progress: Restore['progress'] },
): Promise<{ readonly blobs: number; readonly bytes: number }> {
  const { count: totalBlobs, bytes: totalBytes, damaged } = contents.blobs;
  const lost: ReadonlySet<string> = new Set(damaged);
  let [blobs, bytes] = [0, 0];
  await inParallel(listedBlobs(from, contents), WIDTH, async (object) => {
    if (lost.has(object.digest)) return;
    // Sealed under this key by an earlier attempt: its digest was checked then.
    if ((await blobStore.sealed.stat(object)) !== object.size) await writeBlob(from, object, blobStore);
    blobs += 1;
    bytes += object.size;
    progress({ phase: 'blobs', blobs, totalBlobs, bytes, totalBytes });
  });
  return { blobs, bytes };
}

async function writeBlob(from: SealedPlace, object: StoredObject, { pending }: BlobStore): Promise<void> {
  const writer = await pending.append(object.key, EMPTY_CHECKPOINT);
  let checkpoint;
  try {
    for await (const chunk of readBlob(from, object)) await writer.write(chunk);
    checkpoint = await writer.checkpoint({ sealing: true });
  } catch (error) {
    await writer.close();
    await pending.discard(object.key, EMPTY_CHECKPOINT);
    throw error;
  }
  await writer.close();
  await pending.seal(object, checkpoint);
}

function noticesOf({ blobs, secretCheck: wanted }: Contents): readonly string[] {
  return [
    ...(blobs.mode === 'all' ? [] : ['The blobs are those of the storage as it is now. See whether all are there: berth storage fsck']),
    ...(wanted === undefined
      ? ['The server that was backed up kept its secret key elsewhere: set BERTH_SECRET_KEY as it was there before you start this one.']
      : []),
    ...(blobs.damaged.length === 0
      ? []
      : [`${blobs.damaged.length} blobs were damaged when the backup was made; they are hidden until they are pushed again.`]),
  ];
}
