import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { readPidFile } from './postmaster.ts';

const FAST_STOP_MS = 30_000;
const IMMEDIATE_STOP_MS = 10_000;

/**
 * Stops the postmaster that a killed server left running on `cluster`; the caller holds the lock of the data directory, so no
 * living server owns it. It is stopped rather than adopted: it is not our child, so its death would go unnoticed, and its
 * settings are those of another start. Does nothing when there is none.
 */
export async function stopOrphan(cluster: string, onLog: (line: string) => void): Promise<void> {
  const file = await readPidFile(cluster);
  if (file === undefined || !(await servesCluster(file.pid, cluster))) return;
  onLog(`Stopping Postgres (process ${file.pid}), which an earlier server that was killed left running.`);
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

/** Whether process `pid` is a postmaster on `cluster`: numbers are reused, and postmaster.pid outlives its process. */
async function servesCluster(pid: number, cluster: string): Promise<boolean> {
  if (process.platform === 'linux') {
    // A postmaster stays in its data directory for life; the link is compared by inode, so any way to spell the path is right.
    const here = statSync(cluster, { throwIfNoEntry: false });
    const there = statOfWorkingDirectory(pid);
    return here !== undefined && there !== undefined && here.dev === there.dev && here.ino === there.ino;
  }
  const command = await commandOf(pid);
  return command.includes(cluster) && command.includes('postgres');
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
