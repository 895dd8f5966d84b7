import { type ChildProcess, spawn } from 'node:child_process';
import type { ServerIdentity } from './identity.ts';

/** How one of Postgres's programs is started. */
export interface ProgramCall {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly identity: ServerIdentity | undefined;
  /** A file descriptor given as standard input; nothing when absent. */
  readonly stdin?: number;
}

/**
 * Spawns a program of Postgres in a session of its own: a Ctrl-C typed at the server's terminal reaches the whole
 * process group, and the database must outlive the requests that are still draining.
 * The environment is fixed, so that PG* variables of the operator's shell do not leak in and messages stay English.
 */
export function spawnProgram(call: ProgramCall): ChildProcess {
  return spawn(call.program, [...call.args], {
    cwd: call.cwd,
    detached: true,
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
    stdio: [call.stdin ?? 'ignore', 'pipe', 'pipe'],
    ...call.identity,
  });
}

export interface ProgramResult {
  /** Exit code; undefined when the program could not run or a signal ended it. */
  readonly code: number | undefined;
  /** Standard output and error together, at most 64 KiB of them. */
  readonly output: string;
}

const OUTPUT_LIMIT = 64 * 1024;
const RUN_TIMEOUT_MS = 120_000;

/** Runs a program to its end. A program that cannot even be executed is a result without a code, not a rejection. */
export function runProgram(call: ProgramCall): Promise<ProgramResult> {
  return new Promise((resolve) => {
    const child = spawnProgram(call);
    let output = '';
    const collect = (chunk: Buffer): void => {
      if (output.length < OUTPUT_LIMIT) output += chunk.toString('utf8');
    };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    const timer = setTimeout(() => child.kill('SIGKILL'), RUN_TIMEOUT_MS);
    const end = (code: number | undefined, note: string): void => {
      clearTimeout(timer);
      resolve({ code, output: (output + note).trim() });
    };
    child.once('error', (error) => end(undefined, error.message));
    child.once('close', (code, signal) => end(code ?? undefined, signal === null ? '' : ` (ended by ${signal})`));
  });
}
