import { PassThrough, Readable, Writable } from 'node:stream';
import { Command } from 'commander';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { onTestFinished } from 'vitest';
import { certCommand } from '../commands/cert-command.ts';
import type { CommandIo } from '../commands/command-io.ts';

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

class ExitSignal extends Error {
  readonly code: number;
  constructor(code: number) {
    super(`exit ${code}`);
    this.code = code;
  }
}

/** Runs `berth cert ARGS` in this process, without a terminal. */
export async function runCert(args: readonly string[], input = ''): Promise<Outcome> {
  return runCommand((io) => certCommand(io), ['cert', ...args], input);
}

export async function runCommand(build: (io: CommandIo) => Command, args: readonly string[], input = ''): Promise<Outcome> {
  let stdout = '';
  let stderr = '';
  let code = 0;
  const sink = (take: (text: string) => void) =>
    new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        take(chunk.toString());
        done();
      },
    });
  const io: CommandIo = {
    stdin: input === '' ? new PassThrough().end() : Readable.from([Buffer.from(input)]),
    stdout: sink((text) => (stdout += text)),
    stderr: sink((text) => (stderr += text)),
    interactive: false,
    setExitCode: (value) => {
      code = value;
    },
    exit: (value) => {
      throw new ExitSignal(value);
    },
  };
  try {
    await new Command('berth')
      .exitOverride()
      .addCommand(build(io))
      .parseAsync(['node', 'berth', ...args]);
  } catch (error) {
    if (!(error instanceof ExitSignal)) throw error;
    code = error.code;
  }
  return { code, stdout, stderr };
}

/** A folder that is removed when the test ends. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-certs-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Whether a program is on this machine; tests against it are skipped where it is not (the e2e run demands it). */
export function hasTool(name: string): boolean {
  return spawnSync(name, ['version'], { stdio: 'ignore' }).error === undefined;
}
