import { connectionUrl, createAuditLog, createBackupRuns, createBlobInventory, findRunningPostgres } from '@berth/database';
import { type AuditVerdict, passwordProblem, usernameProblem, emailProblem, type User } from '@berth/access';
import { parseRepositoryName, type Sentence } from '@berth/oci';
import { type BlobStore, type CheckSummary, type FsckOptions, type ScrubOptions, StorageCheck } from '@berth/registry';
import { generatePassword, hashPassword } from '@berth/tokens';
import { backUp, type BackupProgress, type BackupSummary } from './backup/back-up.ts';
import type { BlobMode } from './backup/contents.ts';
import { openPlace, type PlaceWish } from './backup/open-place.ts';
import { type AskPassphrase, prepareEnvelopes } from './backup/place-file.ts';
import { openDatabase } from './compose.ts';
import { type MoveResult, moveStorage, type MoveWish } from './move-storage.ts';
import { openBlobStore } from './process/open-blob-store.ts';
import type { Config } from './config.ts';
import { createLogger, type Logger } from './logging.ts';
import { CommandAudit, type CommandDone } from './policy/command-audit.ts';
import { removeInitialPassword } from './process/first-start.ts';
import { knownSecret } from './process/master-secret.ts';
import { embeddedDirectory, mayHaveDatabase, noRegistry, runDatabase, type RunningDatabase } from './process/installation.ts';
import { isUsed, prepareSchema } from './process/prepare-schema.ts';
import { requireKnownStorage } from './process/known-storage.ts';
import { storeMadeUpBlob } from './store-made-up-blob.ts';

/** What was asked cannot be done; the message is a sentence for the operator. */
export class AdministrationError extends Error {
  override readonly name = 'AdministrationError';
}

export interface NewAccount {
  readonly username: string;
  readonly email: string;
  readonly password: string;
  readonly systemAdmin: boolean;
}

export interface SeedWish {
  /** Name of a repository with an image. */
  readonly from: string;
  readonly repositories: number;
  readonly artifacts: number;
  readonly tags: number;
  progress(repositories: number): void;
}

export interface BackupWish extends Omit<PlaceWish, 'make'> {
  readonly blobs: BlobMode;
  readonly encrypt: boolean;
  readonly ask: AskPassphrase;
  readonly stopping: AbortSignal;
  progress(progress: BackupProgress): void;
}

/** Work on people that goes to the database itself, whether the server runs or not: for when nobody can sign in any more. */
export interface Administration {
  /** All users in the order of their ids. */
  users(): Promise<readonly User[]>;
  createUser(account: NewAccount): Promise<User>;
  /** Sessions and tokens made with the old password end within seconds. */
  resetPassword(username: string, password: string): Promise<void>;
  /** Compares the audit log with its seals. */
  verifyAudit(head?: string): Promise<AuditVerdict>;
  /** Made-up content for measurements. Throws {@link AdministrationError} where it cannot be made. */
  seed(seed: SeedWish): Promise<void>;
  /** Blobs that nothing needs, for measurements. Throws StartError when the storage cannot be used. */
  seedGarbage(wish: { readonly blobs: number; progress(blobs: number): void }): Promise<void>;
  /** Compares the storage with the database. Throws StartError when the storage cannot be used. */
  fsck(options: FsckOptions): Promise<CheckSummary>;
  /** Reads and hashes what is stored. Throws StartError when the storage cannot be used. */
  scrub(options: ScrubOptions): Promise<CheckSummary>;
  /** Throws MoveRefusedError, MoveBusyError or StartError, sentences. */
  moveStorage(wish: MoveWish): Promise<MoveResult>;
  /** Throws BackupError, a sentence. */
  backUp(wish: BackupWish): Promise<BackupSummary>;
  close(): Promise<void>;
}

export { generatePassword };

const PAGE = 100;

/**
 * Reaches the database of a running server over its socket, or starts the embedded one for as long as this takes. Where there is no
 * registry none is made: a backup or a check of an empty one would pass for that of yours. Throws StartError.
 */
export async function openAdministration(config: Config): Promise<Administration> {
  const logger = createLogger({ level: 'error', destination: { write: (line) => void process.stderr.write(line) } });
  const secret = knownSecret(config);
  const reached = await reach(config, logger, secret?.master);
  const database = openDatabase(reached.databaseUrl, logger);
  const { users } = database.identity;
  const report = (error: unknown, doing: string): void => logger.error({ err: error }, `failed while ${doing}`);
  const audit = new CommandAudit(database.knex, report);
  let blobStore: BlobStore | undefined;
  const openStorage = async (): Promise<BlobStore> => {
    blobStore ??= await openBlobStore(config, report);
    await requireKnownStorage(database.knex, blobStore);
    return blobStore;
  };
  const storageCheck = async (): Promise<StorageCheck> => new StorageCheck(createBlobInventory(database.knex), await openStorage());
  return {
    users: async () => {
      const all: User[] = [];
      for (let page = 1; ; page += 1) {
        const { items, total } = await users.list({ page, pageSize: PAGE });
        all.push(...items);
        if (items.length < PAGE || all.length >= total) return all;
      }
    },
    createUser: async ({ username, email, password, systemAdmin }) => {
      refuse(usernameProblem(username) ?? emailProblem(email) ?? passwordProblem(password));
      const passwordHash = await hashPassword(password);
      const user = await users.create({ username, email, realname: username, comment: '', passwordHash, systemAdmin });
      const made = `berth admin create-user: ${systemAdmin ? 'an administrator of the system' : 'a user'}`;
      await audit.record({ operation: 'create', resourceType: 'user', resource: username, description: made });
      return user;
    },
    resetPassword: async (username, password) => {
      refuse(passwordProblem(password));
      const found = await users.findCredential(username);
      if (found === undefined) throw new AdministrationError(`There is no user ${username}. See: berth admin list-users`);
      await users.setPassword(found.user.id, await hashPassword(password));
      const description = 'berth admin reset-password: a new password';
      await audit.record({ operation: 'update', resourceType: 'user', resource: found.user.username, description });
      if (found.user.username === 'admin') removeInitialPassword(config);
    },
    verifyAudit: (head) => createAuditLog(database.knex).verify(head),
    seed: async ({ from, ...wish }) => {
      const { SeedError, seedRegistry } = await import('@berth/database/seed');
      try {
        await seedRegistry(database.knex, { ...wish, from: parseRepositoryName(from) });
      } catch (error) {
        if (error instanceof SeedError) throw new AdministrationError(error.message, { cause: error });
        throw error;
      }
    },
    seedGarbage: async (wish) => {
      const [{ seedGarbage }, storage] = [await import('@berth/database/seed'), await openStorage()];
      await seedGarbage(database.knex, { ...wish, store: () => storeMadeUpBlob(storage) });
    },
    fsck: async (options) => {
      const summary = await (await storageCheck()).fsck(options);
      if (options.mend || options.removeOrphans) await audit.record(fsckDone(options, summary));
      return summary;
    },
    scrub: async (options) => (await storageCheck()).scrub(options),
    moveStorage: async (wish) => {
      const moved = await moveStorage({ ...wish, knex: database.knex, databaseUrl: reached.databaseUrl, store: await openStorage() });
      if (!wish.dryRun) await audit.record(moveDone(moved));
      return moved;
    },
    backUp: async ({ encrypt, ask, blobs, stopping, progress, ...where }) => {
      const place = await openPlace({ ...where, make: true }, config);
      try {
        const to = { place, envelopes: await prepareEnvelopes(place, { encrypt, ask }) };
        const runs = createBackupRuns(database.knex);
        const storage = await openStorage();
        const work = { to, runs, secret, blobs, stopping, progress, databaseUrl: reached.databaseUrl, blobStore: storage };
        const made = await backUp(work);
        await audit.record(backupDone(place.label, made));
        return made;
      } finally {
        place.close();
      }
    },
    close: async () => {
      await audit.close();
      await blobStore?.close();
      await database.close();
      await reached.close();
    },
  };
}

function fsckDone({ mend, removeOrphans }: FsckOptions, { objects, problems }: CheckSummary): CommandDone {
  const asked = [...(mend ? ['--mend'] : []), ...(removeOrphans ? ['--remove-orphans'] : [])].join(' ');
  const description = `berth storage fsck ${asked}: ${objects} objects looked at, ${problems} problems`;
  return { operation: 'update', resourceType: 'storage', resource: 'fsck', description };
}

function backupDone(place: string, { id, rows, blobs, damaged }: BackupSummary): CommandDone {
  const lost = damaged.length === 0 ? '' : `, ${damaged.length} of them damaged or missing in the storage`;
  const description = `berth backup: ${id}, ${rows} rows and ${blobs} blobs${lost}`;
  return { operation: 'create', resourceType: 'backup', resource: place, description, successful: damaged.length === 0 };
}

function moveDone({ from, to, ended, removed }: MoveResult): CommandDone {
  const emptied = removed === 0 ? '' : `, and ${removed} objects were removed from the old one`;
  const description = `berth storage migrate: from ${from} to ${to}, ${ended ? 'every blob' : 'not ended yet'}${emptied}`;
  return { operation: 'update', resourceType: 'storage', resource: to, description, successful: ended };
}

function refuse(problem: Sentence | undefined): void {
  if (problem !== undefined) throw new AdministrationError(`${problem.text} Nothing was changed.`);
}

async function reach(config: Config, logger: Logger, master: Buffer | undefined): Promise<RunningDatabase> {
  if (config.database.kind === 'embedded') {
    const running = await findRunningPostgres(embeddedDirectory(config));
    // The server that runs it has brought the schema up to date.
    if (running !== undefined) return { databaseUrl: connectionUrl(running), close: async () => undefined };
  }
  if (!mayHaveDatabase(config)) throw noRegistry(config.dataDir);
  if (config.database.kind === 'url' && !(await isUsed(config.database.url))) throw noRegistry('the database that is configured');
  const { databaseUrl, close } = await runDatabase(config, logger, () => undefined);
  try {
    if (!(await isUsed(databaseUrl))) throw noRegistry(config.dataDir);
    await prepareSchema({ config, access: { databaseUrl, masterSecret: master?.toString('base64') }, logger });
  } catch (error) {
    await close();
    throw error;
  }
  return { databaseUrl, close };
}
