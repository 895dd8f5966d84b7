import { join } from 'node:path';
import { openKnex } from '../../connection/open-knex.ts';
import { appliedMigrations, migrate } from '../../migrate/migrate.ts';
import { findKeptBinaries } from '../binaries.ts';
import { type ConnectionOptions, connectionUrl } from '../connection-options.ts';
import { EmbeddedPostgresError } from '../embedded-postgres-error.ts';
import type { ServerIdentity } from '../identity.ts';
import { initialiseCluster } from '../initialise-cluster.ts';
import { type Postmaster, startPostmaster } from '../postmaster.ts';
import { provisionDatabase } from '../provision-database.ts';
import { findRunnable } from '../runnable-binaries.ts';
import type { RuntimeDirectory } from '../runtime-directory.ts';
import { SOCKET_PORT, serverSettings } from '../settings.ts';
import { draftCluster, dropDraft, makeDraft, markComplete, nameKept, settleCarryOver } from './carry-over-directory.ts';
import { copyDatabase } from './copy-database.ts';

export interface CarryOverPlan {
  readonly dataDir: string;
  readonly from: { readonly major: number };
  /** `binaries` is a tree that runs. */
  readonly to: { readonly major: number; readonly binaries: string };
  readonly runtime: RuntimeDirectory;
  readonly identity: ServerIdentity | undefined;
  /** Logins in the cluster, old and new; `host` is the directory for both sockets. */
  readonly own: ConnectionOptions;
  readonly superuser: ConnectionOptions;
  readonly durable: boolean;
  readonly onLog: (line: string) => void;
  readonly onNotice: (sentence: string) => void;
  /** Makes tables that are not of our migrations (the job queue's), in the new database. */
  readonly prepareSchema: ((url: string) => Promise<void>) | undefined;
}

/** Beside the new server, in the same directory. */
const OLD_PORT = SOCKET_PORT + 1;

/**
 * Brings the database of an older Postgres major into a new cluster: the schema by our own migrations, up to the one that the old
 * database records, the rows by COPY in one snapshot, verified table by table. (The platform packages hold no pg_dump and no
 * pg_upgrade.) Until the last step the old cluster is in its place and unchanged; then it is put aside and kept.
 * Returns the directory where the old cluster is kept.
 */
export async function carryOver(plan: CarryOverPlan): Promise<string> {
  const { dataDir, from, to, onLog, onNotice } = plan;
  const oldBinaries = await findOldBinaries(plan);
  onLog(
    `Carrying the database over from Postgres ${from.major} to ${to.major}. The old one stays unchanged until the new one is verified.`,
  );
  await makeDraft(dataDir);
  const running: Postmaster[] = [];
  const start = async (input: { cluster: string; binaries: string; major: number; port: number }): Promise<void> => {
    const socketDirectory = plan.own.host;
    const settings = serverSettings({ major: input.major, port: input.port, socketDirectory, maxConnections: 20, durable: plan.durable });
    running.push(await startPostmaster({ ...input, identity: plan.identity, settings, onLog }));
  };
  try {
    const draft = draftCluster(dataDir);
    const { identity, durable } = plan;
    const superuserPassword = plan.superuser.password;
    await initialiseCluster({ dataDir, cluster: draft, binaries: to.binaries, major: to.major, identity, superuserPassword, durable });
    await start({ cluster: join(dataDir, 'cluster'), binaries: oldBinaries, major: from.major, port: OLD_PORT });
    await start({ cluster: draft, binaries: to.binaries, major: to.major, port: SOCKET_PORT });
    await fillDraft(plan);
  } catch (error) {
    await stopAll(running);
    await dropDraft(dataDir);
    throw error;
  }
  // The clean stop checkpoints: everything that was copied is on the disk before the marker says so.
  await stopAll(running);
  markComplete(dataDir, nameKept(from.major, new Date()));
  const kept = (await settleCarryOver(dataDir)) ?? '';
  onNotice(`The database now is in Postgres ${to.major}. The old one is kept in ${kept}; remove it when you no longer want to go back.`);
  return kept;
}

async function findOldBinaries(plan: CarryOverPlan): Promise<string> {
  const { dataDir, from, to, runtime, identity } = plan;
  const kept = await findKeptBinaries(dataDir, from.major);
  if (kept !== undefined) return await findRunnable({ kept, runtime, identity });
  throw new EmbeddedPostgresError(
    `The database in ${dataDir} was made by Postgres ${from.major}, this Berth brings ${to.major}, and the programs that read the old one are not in ${join(dataDir, `binaries-${from.major}`)}. Start the version of Berth that used Postgres ${from.major} once more on this directory, stop it, then start this one again. The data is unchanged.`,
  );
}

async function fillDraft(plan: CarryOverPlan): Promise<void> {
  await provisionDatabase(plan.own, plan.superuser, true);
  const oldUrl = connectionUrl({ ...plan.own, port: OLD_PORT });
  const newUrl = connectionUrl(plan.own);
  const last = await lastMigration(oldUrl);
  if (last !== undefined) await migrate(newUrl, { upTo: last });
  await plan.prepareSchema?.(newUrl);
  const { database } = plan.own;
  await copyDatabase({
    source: { ...plan.superuser, database, port: OLD_PORT },
    target: { ...plan.superuser, database },
    onNotice: plan.onNotice,
  });
}

async function lastMigration(url: string): Promise<string | undefined> {
  const knex = openKnex({ url, applicationName: 'berth-carry-over', poolSize: 1 });
  try {
    return (await appliedMigrations(knex)).at(-1);
  } finally {
    await knex.destroy();
  }
}

async function stopAll(running: Postmaster[]): Promise<void> {
  for (const postmaster of running.splice(0)) await postmaster.stop();
}
