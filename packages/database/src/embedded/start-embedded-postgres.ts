import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { findInstalledBinaries, keepBinaries, PACKAGE } from './binaries.ts';
import { draftCluster, settleCarryOver } from './carry-over/carry-over-directory.ts';
import { type ConnectionOptions, connectionUrl } from './connection-options.ts';
import { prepareDataDirectory } from './data-directory.ts';
import { chooseIdentity } from './identity.ts';
import { SUPERUSER } from './initialise-cluster.ts';
import { askHolder, lockDataDirectory } from './instance-lock.ts';
import { clearRemains } from './orphan.ts';
import { type Postmaster, type PostmasterExit, startPostmaster } from './postmaster.ts';
import { prepareCluster } from './prepare-cluster.ts';
import { provisionDatabase } from './provision-database.ts';
import { findRunnable } from './runnable-binaries.ts';
import { makeRuntimeDirectory } from './runtime-directory.ts';
import { readOrCreateSecret } from './secret-file.ts';
import { SOCKET_PORT, serverSettings } from './settings.ts';

/** Berth's role and its database have the same name. */
const NAME = 'berth';

export interface EmbeddedPostgresOptions {
  /** $BERTH_DATA/postgres. Created when missing; everything of the database is below it, except a short-lived socket. */
  readonly dataDir: string;
  /** One line of Postgres's own log. Holds no secret. */
  readonly onLog?: (line: string) => void;
  /** A sentence for the operator about what is done to the database: an orphan stopped, a carry-over and where the old one is kept. */
  readonly onNotice?: (sentence: string) => void;
  /** Called when Postgres ends although nobody called stop(). Connections are lost; the data is safe. */
  readonly onExit?: (exit: PostmasterExit) => void;
  /** Default 100. */
  readonly maxConnections?: number;
  /** False for tests only: nothing is fsynced. Default true. */
  readonly durable?: boolean;
  /** Makes tables that are not of our migrations (the job queue's) in a new cluster, before rows are carried over from an older major. */
  readonly prepareSchema?: (url: string) => Promise<void>;
  /** For tests of the carry-over: the npm package that brings the binaries. */
  readonly binariesPackage?: string;
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
    const onLog = options.onLog ?? (() => undefined);
    const durable = options.durable ?? true;
    const cluster = join(dataDir, 'cluster');
    const onNotice = options.onNotice ?? (() => undefined);
    for (const each of [cluster, draftCluster(dataDir)]) await clearRemains(each, onNotice);
    await settleCarryOver(dataDir);
    const identity = chooseIdentity(cluster);
    const runtime = makeRuntimeDirectory(dataDir, identity);
    cleanup.push(() => runtime.remove());
    const kept = await keepBinaries(await findInstalledBinaries(options.binariesPackage ?? PACKAGE), dataDir);
    const binaries = await findRunnable({ kept, runtime, identity });
    const password = await readOrCreateSecret(join(dataDir, 'password'));
    const superuserPassword = await readOrCreateSecret(join(dataDir, 'superuser-password'));
    const own: ConnectionOptions = { host: runtime.socketDirectory, port: SOCKET_PORT, user: NAME, password, database: NAME };
    const superuser: ConnectionOptions = { ...own, user: SUPERUSER, password: superuserPassword, database: 'postgres' };
    const isNew = await prepareCluster({
      dataDir,
      cluster,
      binaries,
      major: kept.major,
      runtime,
      identity,
      own,
      superuser,
      durable,
      onLog,
      onNotice,
      prepareSchema: options.prepareSchema,
    });
    const { socketDirectory } = runtime;
    const settings = serverSettings({ major: kept.major, socketDirectory, maxConnections: options.maxConnections ?? 100, durable });
    const postmaster = await startPostmaster({ cluster, binaries, identity, settings, onLog });
    cleanup.push(() => postmaster.stop());
    await provisionDatabase(own, superuser, isNew);
    lock.announce(socketDirectory);
    return handle({ connection: own, superuser, postmaster, undo, onExit: options.onExit });
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
