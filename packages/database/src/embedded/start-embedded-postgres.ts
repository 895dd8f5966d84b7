import { accessSync, chmodSync, constants, existsSync, mkdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { copyBinaries, findInstalledBinaries, firstRunnable, keepBinaries, type PostgresBinaries, tryBinaries } from './binaries.ts';
import { type ConnectionOptions, connectionUrl } from './connection-options.ts';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { chooseIdentity, type ServerIdentity } from './identity.ts';
import { initialiseCluster, SUPERUSER } from './initialise-cluster.ts';
import { askHolder, lockDataDirectory } from './instance-lock.ts';
import { clearRemains } from './orphan.ts';
import { type Postmaster, type PostmasterExit, startPostmaster } from './postmaster.ts';
import { provisionDatabase } from './provision-database.ts';
import { makeRuntimeDirectory, type RuntimeDirectory } from './runtime-directory.ts';
import { readOrCreateSecret } from './secret-file.ts';
import { SOCKET_PORT, serverSettings } from './settings.ts';

/** Berth's role and its database have the same name. */
const NAME = 'berth';

export interface EmbeddedPostgresOptions {
  /** $BERTH_DATA/postgres. Created when missing; everything of the database is below it, except a short-lived socket. */
  readonly dataDir: string;
  /** One line of Postgres's log, or of what is done to it. Holds no secret. */
  readonly onLog?: (line: string) => void;
  /** Called when Postgres ends although nobody called stop(). Connections are lost; the data is safe. */
  readonly onExit?: (exit: PostmasterExit) => void;
  /** Default 100. */
  readonly maxConnections?: number;
  /** False for tests only: nothing is fsynced. Default true. */
  readonly durable?: boolean;
}

export interface EmbeddedPostgres {
  /** Holds the password. */
  readonly url: string;
  readonly connection: ConnectionOptions;
  /** For maintenance only (test templates, carry-over); Berth itself never works as superuser. */
  readonly superuser: ConnectionOptions;
  /** Of the postmaster. */
  readonly pid: number;
  /** Ends sessions and server, then frees the data directory. Idempotent. */
  stop(): Promise<void>;
}

/**
 * Starts Berth's own Postgres on `dataDir`, creating the cluster at the first start. It runs as a child of this process, reachable
 * over a Unix socket only. Rejects with {@link DataDirectoryInUseError} when another process serves the same directory and
 * with {@link EmbeddedPostgresError}, a sentence, for whatever else stands in the way.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dataDir = prepareDataDirectory(options.dataDir);
  const lock = await lockDataDirectory(dataDir);
  const cleanup: (() => void | Promise<void>)[] = [() => lock.release()];
  const undo = async (): Promise<void> => {
    for (const step of cleanup.splice(0).reverse()) await step();
  };
  try {
    const cluster = join(dataDir, 'cluster');
    const onLog = options.onLog ?? (() => undefined);
    await clearRemains(cluster, onLog);
    const identity = chooseIdentity(cluster);
    const runtime = makeRuntimeDirectory(dataDir, identity);
    cleanup.push(() => runtime.remove());
    const durable = options.durable ?? true;
    const installed = await findInstalledBinaries();
    const kept = await keepBinaries(installed, dataDir);
    const binaries = await findRunnable({ installed, kept, runtime, identity });
    const superuserPassword = await readOrCreateSecret(join(dataDir, 'superuser-password'));
    const password = await readOrCreateSecret(join(dataDir, 'password'));
    const { major } = installed;
    if (!isCluster(cluster)) await initialiseCluster({ dataDir, cluster, binaries, major, identity, superuserPassword, durable });
    const { socketDirectory } = runtime;
    const settings = serverSettings({ major, socketDirectory, maxConnections: options.maxConnections ?? 100, durable });
    const postmaster = await startPostmaster({ cluster, binaries, identity, settings, onLog });
    cleanup.push(() => postmaster.stop());
    const connection: ConnectionOptions = { host: socketDirectory, port: SOCKET_PORT, user: NAME, password, database: NAME };
    const superuser: ConnectionOptions = { ...connection, user: SUPERUSER, password: superuserPassword, database: 'postgres' };
    await provisionDatabase(connection, superuser);
    lock.announce(socketDirectory);
    return handle({ connection, superuser, postmaster, undo, onExit: options.onExit });
  } catch (error) {
    await undo();
    throw error;
  }
}

/**
 * How to reach the embedded Postgres that another process (the server) runs on `dataDir`, for commands beside it. Undefined when
 * none runs. The caller must be able to read the password file.
 */
export async function findRunningPostgres(dataDir: string): Promise<ConnectionOptions | undefined> {
  if (statSync(dataDir, { throwIfNoEntry: false }) === undefined) return undefined;
  const holder = await askHolder(dataDir);
  if (holder?.socketDirectory === undefined) return undefined;
  const password = readFileSync(join(dataDir, 'password'), 'utf8').trim();
  return { host: holder.socketDirectory, port: SOCKET_PORT, user: NAME, password, database: NAME };
}

interface RunningParts {
  readonly connection: ConnectionOptions;
  readonly superuser: ConnectionOptions;
  readonly postmaster: Postmaster;
  readonly undo: () => Promise<void>;
  readonly onExit: ((exit: PostmasterExit) => void) | undefined;
}

function handle(parts: RunningParts): EmbeddedPostgres {
  let stopping: Promise<void> | undefined;
  void parts.postmaster.exited.then((exit) => {
    if (stopping === undefined) parts.onExit?.(exit);
  });
  return {
    url: connectionUrl(parts.connection),
    connection: parts.connection,
    superuser: parts.superuser,
    pid: parts.postmaster.pid,
    stop: () => {
      stopping ??= parts.undo();
      return stopping;
    },
  };
}

function prepareDataDirectory(path: string): string {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    // Postgres's own user only passes through to its cluster, which is closed to all others, as the secrets are.
    if (process.getuid?.() === 0) chmodSync(path, 0o711);
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
    const cluster = join(path, 'cluster');
    if (existsSync(cluster)) accessSync(cluster, constants.R_OK | constants.W_OK | constants.X_OK);
    return realpathSync(path);
  } catch (cause) {
    const reason = (cause as Error).message;
    throw new EmbeddedPostgresError(
      `The database directory ${path} cannot be used (${reason}). Start Berth as the user who owns it, or give it another BERTH_DATA. Nothing was changed.`,
      { cause },
    );
  }
}

function isCluster(cluster: string): boolean {
  return statSync(join(cluster, 'PG_VERSION'), { throwIfNoEntry: false }) !== undefined;
}

interface BinaryPlaces {
  readonly installed: PostgresBinaries;
  readonly kept: PostgresBinaries;
  readonly runtime: RuntimeDirectory;
  readonly identity: ServerIdentity | undefined;
}

/** The copy in the data directory; where Postgres's user cannot execute it, the package's own tree; else a copy that lives as long as the server. */
async function findRunnable(places: BinaryPlaces): Promise<string> {
  const { installed, kept, runtime, identity } = places;
  const found = await firstRunnable([kept.directory, installed.directory], identity);
  if (found !== undefined) return found;
  const copy = join(runtime.directory, 'postgres');
  await copyBinaries(kept, copy);
  const reason = await tryBinaries(copy, identity);
  if (reason === undefined) return copy;
  const user = identity === undefined ? 'this user' : `user id ${identity.uid}, which Postgres needs because it refuses to run as root`;
  throw new EmbeddedPostgresError(
    `Postgres's programs cannot be run by ${user}: ${reason}. Tried ${kept.directory}, ${installed.directory} and ${copy}. Put the checkout or BERTH_DATA where that user may execute files, or set BERTH_DATABASE_URL to a Postgres of your own.`,
  );
}
