import type { ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import type { ServerIdentity } from './identity.ts';
import { dataArgument } from './initialise-cluster.ts';
import { spawnProgram } from './program.ts';

/** How a postmaster ended. */
export interface PostmasterExit {
  readonly code: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
  /** The last lines that Postgres logged. */
  readonly lastLog: readonly string[];
}

export interface PostmasterPlan {
  readonly cluster: string;
  readonly binaries: string;
  readonly identity: ServerIdentity | undefined;
  readonly settings: readonly string[];
  readonly onLog: (line: string) => void;
}

export interface Postmaster {
  readonly pid: number;
  /** Resolves when the process is gone, for whatever reason. */
  readonly exited: Promise<PostmasterExit>;
  /** Ends every session and the server; resolves when the process is gone. Idempotent. */
  stop(): Promise<void>;
}

/** Recovery after a crash replays at most max_wal_size of log; ten minutes is far beyond that on any disk that works. */
const START_TIMEOUT_MS = 600_000;
const FAST_STOP_MS = 30_000;
const IMMEDIATE_STOP_MS = 10_000;
const KEPT_LOG_LINES = 40;

/** Starts Postgres on a cluster and resolves when it accepts connections. */
export async function startPostmaster(plan: PostmasterPlan): Promise<Postmaster> {
  const child = spawnProgram({
    program: join(plan.binaries, 'bin', 'postgres'),
    args: ['-D', dataArgument(plan.cluster, plan.identity), ...plan.settings],
    cwd: plan.cluster,
    identity: plan.identity,
  });
  const lastLog = readLog(child, plan.onLog);
  const exited = watchExit(child, lastLog);
  const stop = (): Promise<void> => stopChild(child, exited);
  try {
    await waitUntilReady(plan.cluster, child, exited);
  } catch (error) {
    await stop();
    throw error;
  }
  return { pid: child.pid ?? 0, exited, stop };
}

function readLog(child: ChildProcess, onLog: (line: string) => void): readonly string[] {
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line.slice(0, 2000));
      if (lines.length > KEPT_LOG_LINES) lines.shift();
      onLog(line);
    });
  }
  return lines;
}

function watchExit(child: ChildProcess, lastLog: readonly string[]): Promise<PostmasterExit> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: undefined, signal: undefined, lastLog: [...lastLog, error.message] }));
    // `exit`, not `close`: a backend that lingers may keep the pipe open after the postmaster is gone.
    child.once('exit', (code, signal) => resolve({ code: code ?? undefined, signal: signal ?? undefined, lastLog }));
  });
}

async function waitUntilReady(cluster: string, child: ChildProcess, exited: Promise<PostmasterExit>): Promise<void> {
  let ended: PostmasterExit | undefined;
  void exited.then((exit) => {
    ended = exit;
  });
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    if (ended !== undefined) {
      // The last words may still be in the pipe.
      await sleep(50);
      throw new EmbeddedPostgresError(
        `Postgres did not start on ${cluster}; it said: ${ended.lastLog.join(' | ') || 'nothing'}. The data is unchanged.`,
      );
    }
    const status = await readPidFile(cluster);
    if (status?.pid === child.pid && status?.ready === true) return;
    await sleep(5);
  }
  throw new EmbeddedPostgresError(
    `Postgres did not become ready on ${cluster} within ${START_TIMEOUT_MS / 60_000} minutes. The data is kept.`,
  );
}

export interface PidFile {
  readonly pid: number;
  readonly ready: boolean;
}

/** Reads postmaster.pid: the process id in the first line, the status in the eighth. Undefined without a complete file. */
export async function readPidFile(cluster: string): Promise<PidFile | undefined> {
  const text = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const lines = text.split('\n');
  // A single-user backend writes its id as a negative number.
  const pid = Math.abs(Number.parseInt(lines[0] ?? '', 10));
  return Number.isInteger(pid) && pid > 0 ? { pid, ready: lines[7]?.trim() === 'ready' } : undefined;
}

async function stopChild(child: ChildProcess, exited: Promise<PostmasterExit>): Promise<void> {
  const steps: readonly [NodeJS.Signals, number][] = [
    ['SIGINT', FAST_STOP_MS],
    ['SIGQUIT', IMMEDIATE_STOP_MS],
    ['SIGKILL', IMMEDIATE_STOP_MS],
  ];
  for (const [signal, patience] of steps) {
    child.kill(signal);
    if (await endsWithin(exited, patience)) return;
  }
  throw new EmbeddedPostgresError(`Postgres (process ${child.pid}) could not be stopped, not even by SIGKILL. The data is kept.`);
}

async function endsWithin(exited: Promise<PostmasterExit>, milliseconds: number): Promise<boolean> {
  const abort = new AbortController();
  const late = sleep(milliseconds, false, { signal: abort.signal }).catch(() => false);
  const ended = await Promise.race([exited.then(() => true), late]);
  abort.abort();
  return ended;
}
