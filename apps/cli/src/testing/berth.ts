import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { inject } from 'vitest';
import type {} from './global-setup.ts';

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Given {
  readonly env?: Record<string, string>;
  readonly stdin?: string;
  /** More may come on the standard input. */
  readonly stdinStaysOpen?: true;
}

/** The environment of a child: nothing of ours but the path, so that BERTH_ variables of the shell do not leak in. */
function environment(given: Given): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], TMPDIR: process.env['TMPDIR'], ...given.env };
}

/** Runs `berth` to its end. */
export function berth(args: readonly string[], given: Given = {}): Promise<Outcome> {
  return startBerth(args, given).outcome;
}

/** Runs `berth`, whose end is the outcome. */
export function startBerth(
  args: readonly string[],
  given: Given = {},
): { readonly child: ChildProcess; readonly outcome: Promise<Outcome> } {
  const child = spawn(process.execPath, [inject('berthProgram'), ...args], { env: environment(given) });
  child.stdin.write(given.stdin ?? '');
  if (given.stdinStaysOpen !== true) child.stdin.end();
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const outcome = new Promise<Outcome>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
  return { child, outcome };
}

export interface LogRecord {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** A `berth serve` on free ports. */
export class ServerProcess {
  readonly child: ChildProcess;
  readonly records: LogRecord[] = [];
  stderr = '';
  readonly #exited: Promise<number | null>;
  readonly #waiting: { readonly matches: (record: LogRecord) => boolean; readonly resolve: (record: LogRecord) => void }[] = [];

  private constructor(dataDir: string, given: Given) {
    const env = { BERTH_DATA: dataDir, BERTH_HTTP_PORT: '0', BERTH_METRICS_PORT: '0', ...given.env };
    this.child = spawn(process.execPath, [inject('berthProgram'), 'serve'], {
      env: environment({ env }),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stderr?.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.#exited = new Promise((resolve) => this.child.on('close', resolve));
    if (this.child.stdout !== null) createInterface({ input: this.child.stdout }).on('line', (line) => this.#take(line));
  }

  /** Resolves when it says that it is ready; rejects with what it said instead when it ends first. */
  static async start(dataDir: string, given: Given = {}): Promise<ServerProcess> {
    const server = new ServerProcess(dataDir, given);
    const ready = server.says('ready');
    const outcome = await Promise.race([ready, server.#exited]);
    if (typeof outcome !== 'object' || outcome === null) throw new Error(`The server ended with ${outcome}: ${server.stderr}`);
    return server;
  }

  /** The record with this message, now or when it comes. */
  says(message: string): Promise<LogRecord> {
    const matches = (record: LogRecord): boolean => record.msg === message;
    const known = this.records.find(matches);
    return known === undefined ? new Promise((resolve) => this.#waiting.push({ matches, resolve })) : Promise.resolve(known);
  }

  get ready(): LogRecord {
    const record = this.records.find(({ msg }) => msg === 'ready');
    if (record === undefined) throw new Error('The server is not ready.');
    return record;
  }

  get url(): string {
    return `http://127.0.0.1:${Number(this.ready['httpPort'])}`;
  }

  get metricsUrl(): string {
    return `http://127.0.0.1:${Number(this.ready['metricsPort'])}/metrics`;
  }

  /** Sends a signal and waits for the end; answers the exit code. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.child.kill(signal);
    return this.#exited;
  }

  #take(line: string): void {
    const record = JSON.parse(line) as LogRecord;
    this.records.push(record);
    for (const { matches, resolve } of this.#waiting) if (matches(record)) resolve(record);
  }
}
