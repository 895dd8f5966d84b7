import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { connectionUrl, EmbeddedPostgresError, startEmbeddedPostgres } from '@berth/database';
import type { Config } from '../config.ts';
import type { Logger } from '../logging.ts';
import { prepareJobQueue } from '../jobs/prepare-job-queue.ts';
import { prepareDataDirectory } from './data-directory.ts';
import { masterSecret } from './master-secret.ts';
import { StartError } from './start-error.ts';

/** What every process of one server needs to reach its data. Plain data: it travels to worker processes. */
export interface Access {
  /** Holds a password. */
  readonly databaseUrl: string;
  /** 32 bytes in base64. */
  readonly masterSecret: string;
}

/** {@link Access} of a command, to which the secret may not be known. */
export interface CommandAccess extends Pick<Access, 'databaseUrl'> {
  readonly masterSecret: string | undefined;
}

export interface RunningDatabase {
  /** Holds a password. */
  readonly databaseUrl: string;
  /** Stops the embedded Postgres, after everything that uses it. */
  close(): Promise<void>;
}

export interface Installation extends Pick<RunningDatabase, 'close'> {
  readonly access: Access;
}

/** Above what the pools of one process (transactions, lookups, sessions, jobs) take at most, with room for the commands. */
const CONNECTIONS_PER_PROCESS = 24;

/** Where the embedded Postgres lives. */
export function embeddedDirectory(config: Config): string {
  return join(config.dataDir, 'postgres');
}

/** A command looked for a registry where none is; `where` is what it looked at. */
export function noRegistry(where: string): StartError {
  return new StartError(
    `There is no registry in ${where}: no server has been started on it. Name the data directory of yours with --data or BERTH_DATA, or its database with BERTH_DATABASE_URL; berth admin check-config shows what is in force. Nothing was made.`,
  );
}

/** Whether there may be a database: the embedded one leaves its directory behind, another one must be asked. */
export function mayHaveDatabase(config: Config): boolean {
  return config.database.kind === 'url' || existsSync(embeddedDirectory(config));
}

/**
 * Prepares the data directory and has the database running. `onLost` is told when the embedded Postgres ends by itself.
 * Throws {@link StartError}.
 */
export async function openInstallation(config: Config, logger: Logger, onLost: (reason: string) => void): Promise<Installation> {
  prepareDataDirectory(config.dataDir);
  const secret = masterSecret(config).toString('base64');
  const { databaseUrl, close } = await runDatabase(config, logger, onLost);
  return { access: { databaseUrl, masterSecret: secret }, close };
}

/** As {@link openInstallation}, for commands on an installation that is there: makes nothing beside the database. */
export async function runDatabase(config: Config, logger: Logger, onLost: (reason: string) => void): Promise<RunningDatabase> {
  if (config.database.kind === 'url') return { databaseUrl: config.database.url, close: async () => undefined };
  try {
    const postgres = await startEmbeddedPostgres({
      dataDir: embeddedDirectory(config),
      onLog: (line) => logger.debug({ component: 'postgres' }, line),
      onNotice: (sentence) => logger.info({ component: 'postgres' }, sentence),
      prepareSchema: prepareJobQueue,
      maxConnections: Math.max(100, (config.workers + 1) * CONNECTIONS_PER_PROCESS),
      onExit: (exit) => onLost(JSON.stringify(exit)),
    });
    return { databaseUrl: connectionUrl(postgres.connection), close: () => postgres.stop() };
  } catch (error) {
    if (error instanceof EmbeddedPostgresError) throw new StartError(error.message, { cause: error });
    throw error;
  }
}
