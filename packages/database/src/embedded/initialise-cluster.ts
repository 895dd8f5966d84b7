import { chownSync, closeSync, lchownSync, mkdirSync, openSync, readdirSync, renameSync, unlinkSync, writeSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { borrowIdentityForInitdb, requireNamedUser, type ServerIdentity } from './identity.ts';
import { runProgram } from './program.ts';
import { syncDirectory } from './sync.ts';

/** The superuser of a cluster. Berth itself works as an ordinary role that owns its database. */
export const SUPERUSER = 'postgres';

export interface ClusterPlan {
  readonly dataDir: string;
  /** The directory to create, somewhere below `dataDir`. */
  readonly cluster: string;
  /** A runnable tree of binaries. */
  readonly binaries: string;
  readonly major: number;
  readonly identity: ServerIdentity | undefined;
  readonly superuserPassword: string;
  readonly durable: boolean;
}

/**
 * Creates an empty cluster: UTF-8, ordered by bytes (C), data checksums, scram for every connection.
 * It is made beside its place and renamed when complete, so a crash leaves no half cluster that looks whole.
 */
export async function initialiseCluster(plan: ClusterPlan): Promise<void> {
  requireNamedUser();
  await removeDrafts(plan.dataDir);
  const draft = join(plan.dataDir, `cluster.new-${process.pid}`);
  mkdirSync(draft, { mode: 0o700 });
  const borrowed = plan.identity === undefined ? undefined : borrowIdentityForInitdb(plan.identity);
  if (borrowed !== undefined) chownSync(draft, borrowed.uid, borrowed.gid);
  const passwordFd = openUnlinkedFile(join(plan.dataDir, `initdb-input-${process.pid}`), plan.superuserPassword, borrowed);
  const args = [
    // As another user we may not be able to walk to the directory, but we already stand in it; see `dataArgument`.
    ...['-D', dataArgument(draft, borrowed), '-U', SUPERUSER, '-E', 'UTF8', '--no-locale', '-k', '-A', 'scram-sha-256'],
    // The builtin provider orders by bytes as C does and still knows upper and lower case beyond ASCII.
    ...(plan.major >= 17 ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8'] : []),
    // The password travels as a deleted file on standard input: never in the arguments, never under a readable name.
    '--pwfile=/dev/stdin',
    '--no-instructions',
    ...(plan.durable ? [] : ['--no-sync']),
  ];
  const call = { program: join(plan.binaries, 'bin', 'initdb'), args, cwd: draft, identity: borrowed, stdin: passwordFd };
  const { code, output } = await runProgram(call).finally(() => closeSync(passwordFd));
  if (code !== 0) {
    await rm(draft, { recursive: true, force: true, maxRetries: 5 });
    throw new EmbeddedPostgresError(
      `The database in ${plan.dataDir} could not be created; initdb said: ${output.slice(-2000)}. Nothing was kept.`,
    );
  }
  if (plan.identity !== undefined) changeOwner(draft, plan.identity);
  renameSync(draft, plan.cluster);
  if (plan.durable) syncDirectory(dirname(plan.cluster));
}

/**
 * How a program that runs as `identity` names the directory in which it was started. libuv changes into the directory while it
 * is still root, and the link leads there without a walk through parents (such as /root) that are closed to that user.
 */
export function dataArgument(directory: string, identity: ServerIdentity | undefined): string {
  return identity === undefined ? directory : '/proc/self/cwd';
}

/** Leftovers of a run that was killed in the middle; its initdb may still write into them for a moment. */
async function removeDrafts(dataDir: string): Promise<void> {
  for (const name of await readdir(dataDir)) {
    if (name.startsWith('cluster.new-') || name.startsWith('initdb-input-')) {
      await rm(join(dataDir, name), { recursive: true, force: true, maxRetries: 10 });
    }
  }
}

function openUnlinkedFile(path: string, content: string, reader: ServerIdentity | undefined): number {
  const writer = openSync(path, 'wx', 0o600);
  writeSync(writer, `${content}\n`);
  if (reader !== undefined) chownSync(path, reader.uid, reader.gid);
  const fd = openSync(path, 'r');
  closeSync(writer);
  unlinkSync(path);
  return fd;
}

function changeOwner(directory: string, owner: ServerIdentity): void {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) changeOwner(path, owner);
    else lchownSync(path, owner.uid, owner.gid);
  }
  lchownSync(directory, owner.uid, owner.gid);
}
