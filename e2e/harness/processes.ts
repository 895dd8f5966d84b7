import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Tail } from './tail.ts';

const CAPTURE_LIMIT = 1_000_000;

export interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Written to the command's standard input, which is closed afterwards. */
  readonly input?: string | Uint8Array;
  /** Milliseconds after which the command is killed; default two minutes. */
  readonly timeoutMs?: number;
}

export interface RunResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export class CommandError extends Error {
  readonly result: RunResult;
  constructor(command: string, result: RunResult) {
    super(`${command} exited with ${result.code}\n${result.stdout.slice(-4000)}\n${result.stderr.slice(-4000)}`);
    this.name = 'CommandError';
    this.result = result;
  }
}

/** Runs a command to its end and answers its exit code and output; a command that is killed counts as code 128. */
export async function tryRun(command: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const child = spawn(command, args, {
    env: options.env ?? process.env,
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs ?? 120_000);
  const stdout = new Tail(CAPTURE_LIMIT);
  const stderr = new Tail(CAPTURE_LIMIT);
  child.stdout.on('data', (chunk: Buffer) => stdout.add(chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => stderr.add(chunk.toString()));
  // A command that does not read its input closes the pipe; its exit code says whether that mattered.
  child.stdin.on('error', () => {});
  child.stdin.end(options.input ?? '');
  try {
    const code = await new Promise<number>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (exit) => resolve(exit ?? 128));
    });
    return { code, stdout: stdout.text, stderr: stderr.text };
  } finally {
    clearTimeout(timer);
  }
}

/** Like tryRun, and throws CommandError with the output when the command fails. */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const result = await tryRun(command, args, options);
  if (result.code !== 0) throw new CommandError([command, ...args].join(' '), result);
  return result;
}

/** Polls until `check` answers a value other than undefined or false. */
export async function waitFor<T>(
  what: string,
  timeoutMs: number,
  check: () => Promise<T | undefined | false> | T | undefined | false,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  let last: unknown;
  for (;;) {
    try {
      const value = await check();
      if (value !== undefined && value !== false) return value;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline) throw new Error(`Waited ${timeoutMs} ms for ${what} in vain.`, { cause: last });
    await sleep(20);
  }
}

export interface ProcessFacts {
  readonly pid: number;
  readonly parent: number;
  /** Basename of the executable, for instance `node` or `postgres`; empty when it may not be read. */
  readonly program: string;
  readonly residentBytes: number;
}

/** What /proc says about one process, or undefined when it has ended. */
export function processFacts(pid: number): ProcessFacts | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    if (/^State:\s+Z/m.test(status)) return undefined;
    let program = /^Name:\s+(.*)$/m.exec(status)?.[1] ?? '';
    try {
      program = readlinkSync(`/proc/${pid}/exe`)
        .replace(/ \(deleted\)$/, '')
        .replace(/^.*\//, '');
    } catch {
      // Another user's process: its short name is all there is.
    }
    return {
      pid,
      parent: Number(/^PPid:\s+(\d+)/m.exec(status)?.[1] ?? 0),
      program,
      residentBytes: Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) * 1024,
    };
  } catch {
    return undefined;
  }
}

/** A process and all that descends from it, parents first. */
export function processTree(root: number): ProcessFacts[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => processFacts(Number(name)))
    .filter((facts) => facts !== undefined);
  const wanted = new Set([root]);
  const tree = all.filter((facts) => facts.pid === root);
  for (let grew = true; grew; ) {
    grew = false;
    for (const facts of all) {
      if (wanted.has(facts.pid) || !wanted.has(facts.parent)) continue;
      wanted.add(facts.pid);
      tree.push(facts);
      grew = true;
    }
  }
  return tree;
}

export function isAlive(pid: number): boolean {
  return processFacts(pid) !== undefined;
}

export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Asks a process to end, and kills it and what descends from it when it has not within `graceMs`. Answers whether it ended by itself. */
export async function endProcess(pid: number, graceMs: number): Promise<boolean> {
  const before = processTree(pid);
  signal(pid, 'SIGTERM');
  const deadline = Date.now() + graceMs;
  while (isAlive(pid) && Date.now() < deadline) await sleep(20);
  const clean = !isAlive(pid);
  for (const facts of before) if (isAlive(facts.pid)) signal(facts.pid, 'SIGKILL');
  return clean;
}

/** Starts a service whose output goes to `onOutput`; it is killed if this process exits first. */
export function startService(
  command: string,
  args: readonly string[],
  options: RunOptions & { onOutput: (text: string) => void },
): ChildProcess {
  const child = spawn(command, args, {
    env: options.env ?? process.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  child.stdout.on('data', (chunk: Buffer) => options.onOutput(chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => options.onOutput(chunk.toString()));
  child.on('error', (error) => options.onOutput(`${error.message}\n`));
  const onExit = (): void => {
    child.kill('SIGKILL');
  };
  process.once('exit', onExit);
  child.once('exit', () => process.removeListener('exit', onExit));
  return child;
}

/** For programs, not tests: a signal ends this process in the way that also ends the services it started. */
export function exitOnSignals(): void {
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => process.exit(1));
}
