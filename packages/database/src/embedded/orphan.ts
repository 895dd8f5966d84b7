import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { readPidFile } from './postmaster.ts';

const FAST_STOP_MS = 30_000;
const IMMEDIATE_STOP_MS = 10_000;
/** Backends see the death of their postmaster at once and end within moments. */
const BACKENDS_LEAVE_MS = 10_000;

/**
 * Makes sure that nothing serves `cluster` any more and that what a killed server left behind does not stop the next start.
 * The caller holds the lock of the data directory, so no living server owns it.
 */
export async function clearRemains(cluster: string, onNotice: (sentence: string) => void): Promise<void> {
  await stopOrphan(cluster, onNotice);
  if ((await readPidFile(cluster)) === undefined) return;
  await waitForBackends(cluster);
  disownPidFile(cluster);
}

/**
 * Stops the postmaster that a killed server left running on `cluster`. It is stopped rather than adopted: it is not our child, so its
 * death would go unnoticed, and its settings are those of another start. Does nothing when there is none.
 */
async function stopOrphan(cluster: string, onNotice: (sentence: string) => void): Promise<void> {
  const file = await readPidFile(cluster);
  if (file === undefined || !(await servesCluster(file.pid, cluster))) return;
  onNotice(`Stopping Postgres (process ${file.pid}), which an earlier server that was killed left running.`);
  const steps: readonly [NodeJS.Signals, number][] = [
    ['SIGINT', FAST_STOP_MS],
    ['SIGQUIT', IMMEDIATE_STOP_MS],
  ];
  for (const [signal, patience] of steps) {
    if (!signalIfAlive(file.pid, signal)) return;
    const deadline = Date.now() + patience;
    while (Date.now() < deadline) {
      if (!(await servesCluster(file.pid, cluster))) return;
      await sleep(10);
    }
  }
  throw new EmbeddedPostgresError(
    `Postgres (process ${file.pid}) still runs on ${cluster} from an earlier server and did not stop. Stop it by hand (kill -QUIT ${file.pid}), then start again. The data is kept.`,
  );
}

/** After a kill of the postmaster itself its sessions live a moment longer, and Postgres does not start before they are gone. */
async function waitForBackends(cluster: string): Promise<void> {
  if (process.platform !== 'linux') return;
  const deadline = Date.now() + BACKENDS_LEAVE_MS;
  while (Date.now() < deadline) {
    const others = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry) && entry !== String(process.pid));
    if (!others.some((entry) => standsIn(Number(entry), cluster))) return;
    await sleep(20);
  }
}

/**
 * Postgres refuses to start when the process id in a left-over postmaster.pid is alive and of its own user, whatever that process
 * is; after a restart of a container the numbers are reused at once. Its parent's id it ignores, so that one is written there.
 * The file is not deleted: the other lines let Postgres find sessions that still use the old shared memory.
 */
function disownPidFile(cluster: string): void {
  const path = join(cluster, 'postmaster.pid');
  const [, ...others] = readFileSync(path, 'utf8').split('\n');
  writeFileSync(path, [String(process.pid), ...others].join('\n'));
}

/** Whether process `pid` is a postmaster on `cluster`: numbers are reused, and postmaster.pid outlives its process. */
async function servesCluster(pid: number, cluster: string): Promise<boolean> {
  if (process.platform === 'linux') {
    return standsIn(pid, cluster);
  }
  const command = await commandOf(pid);
  return command.includes(cluster) && command.includes('postgres');
}

/** Postgres's processes stay in their cluster for life; the link is compared by inode, so any way to spell the path is right. */
function standsIn(pid: number, directory: string): boolean {
  const here = statSync(directory, { throwIfNoEntry: false });
  const there = statOfWorkingDirectory(pid);
  return here !== undefined && there !== undefined && here.dev === there.dev && here.ino === there.ino;
}

function statOfWorkingDirectory(pid: number): { readonly dev: number; readonly ino: number } | undefined {
  try {
    return statSync(`/proc/${pid}/cwd`, { throwIfNoEntry: false });
  } catch (error) {
    // A process of somebody else (EACCES) or one that just ended (ESRCH) is not our postmaster.
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EACCES' || code === 'EPERM' || code === 'ESRCH') return undefined;
    throw error;
  }
}

function commandOf(pid: number): Promise<string> {
  return new Promise((resolve) => {
    // ps answers 1 when there is no such process, which is the answer that was asked for.
    execFile('ps', ['-o', 'command=', '-p', String(pid)], { timeout: 5_000 }, (_error, stdout) => resolve(stdout));
  });
}

function signalIfAlive(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
