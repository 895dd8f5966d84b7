import type { Readable, Writable } from 'node:stream';
import { Command, InvalidArgumentError } from 'commander';
import ora from 'ora';
import { CertificateError, CertificateUsageError, type NamedSentence } from '../errors.ts';
import { printableLines } from '../x509/distinguished-name.ts';

/** The streams and exit of a command; tests give their own. */
export interface CommandIo {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Both ends are terminals: prompts may ask and a spinner may move. */
  readonly interactive: boolean;
  setExitCode(code: number): void;
  /** Leaves at once; used when the command line itself was wrong. */
  exit(code: number): never;
}

export function processIo(): CommandIo {
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    interactive: process.stdin.isTTY === true && process.stderr.isTTY === true,
    setExitCode: (code) => {
      process.exitCode = code;
    },
    exit: (code) => process.exit(code),
  };
}

/** A command whose output goes through `io` and whose usage errors leave with 2. */
export function newCommand(io: CommandIo, name: string): Command {
  return new Command(name)
    .configureOutput({ writeOut: (text) => io.stdout.write(text), writeErr: (text) => io.stderr.write(text) })
    .exitOverride((error) => io.exit(error.exitCode === 0 ? 0 : 2));
}

/** Runs an action; a failure becomes one sentence on stderr and the exit code, never a stack trace. */
export function action<A extends unknown[]>(io: CommandIo, run: (...args: A) => Promise<number | void>): (...args: A) => Promise<void> {
  return async (...args) => {
    try {
      const code = await run(...args);
      if (typeof code === 'number') io.setExitCode(code);
    } catch (error) {
      if (error instanceof CertificateError) {
        // A server's own words may stand in it.
        io.stderr.write(`error: ${printableLines(error.message)}\n`);
        io.setExitCode(error instanceof CertificateUsageError ? 2 : 1);
        return;
      }
      io.stderr.write(`error: this should not have happened: ${error instanceof Error ? error.message : String(error)}\n`);
      if (process.env['BERTH_DEBUG'] && error instanceof Error) io.stderr.write(`${error.stack}\n`);
      io.setExitCode(1);
    }
  };
}

export function printJson(io: CommandIo, value: unknown): void {
  io.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

export function say(io: CommandIo, ...lines: string[]): void {
  for (const line of lines) io.stderr.write(`${line}\n`);
}

export function warn(io: CommandIo, warnings: readonly (string | NamedSentence)[]): void {
  const lines = warnings.map((warning) => (typeof warning === 'string' ? warning : warning.message));
  for (const line of new Set(lines)) io.stderr.write(`warning: ${line}\n`);
}

/** A spinner on a terminal; nothing otherwise. The work must leave the main thread free for it to move. */
export async function withSpinner<T>(io: CommandIo, text: string, work: () => Promise<T>): Promise<T> {
  if (!io.interactive || process.env['CI']) return work();
  // Serial consoles and some pseudo-terminals have no width, and the spinner would count its lines by dividing by it, without end.
  if (!(io.stderr as NodeJS.WriteStream).columns) {
    say(io, `${text} ...`);
    return work();
  }
  const spinner = ora({ text, stream: io.stderr as NodeJS.WriteStream, discardStdin: false }).start();
  try {
    return await work();
  } finally {
    spinner.stop();
  }
}

/** A whole number from an option. */
export function parseDays(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError(`"${text}" is not a number of days.`);
  return Number(text);
}

/** Collects a repeatable option. */
export function collect(value: string, previous: readonly string[]): string[] {
  return [...previous, value];
}
