import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { UsageError } from './exit.ts';

export interface GivenPassword {
  readonly password: string;
  /** Made by us, so it must be shown. */
  readonly generated: boolean;
}

/** Ways to hand over a password; a flag with the password itself is none, since other users see command lines. */
export function addPasswordOptions(command: Command): Command {
  return command
    .option('--password-file <file>', 'read the password from the first line of a file')
    .option('--password-stdin', 'read the password from the first line of the standard input')
    .option('--generate', 'make a password and print it');
}

/** The password by the chosen way; without one it is asked for at the terminal. Throws {@link UsageError}. */
export async function passwordFrom(command: Command, question: string): Promise<GivenPassword> {
  const { passwordFile, passwordStdin, generate } = command.opts<{ passwordFile?: string; passwordStdin?: boolean; generate?: boolean }>();
  if ([passwordFile, passwordStdin, generate].filter((way) => way !== undefined).length > 1) {
    throw new UsageError('Give one of --password-file, --password-stdin and --generate.');
  }
  if (generate === true) {
    const { generatePassword } = await import('@berth/server');
    return { password: generatePassword(), generated: true };
  }
  if (passwordFile !== undefined) return { password: firstLine(readText(passwordFile), passwordFile), generated: false };
  if (passwordStdin === true) return { password: firstLine(readText(0), 'the standard input'), generated: false };
  return { password: await ask(question), generated: false };
}

function readText(source: string | 0): string {
  try {
    return readFileSync(source, 'utf8');
  } catch (error) {
    throw new UsageError(`The password cannot be read from ${source === 0 ? 'the standard input' : source}: ${(error as Error).message}.`);
  }
}

function firstLine(text: string, source: string): string {
  const line = text.split(/\r?\n/, 1)[0] ?? '';
  if (line === '') throw new UsageError(`The first line of ${source} is empty; it should hold the password.`);
  return line;
}

async function ask(question: string): Promise<string> {
  if (process.stdin.isTTY !== true || process.stderr.isTTY !== true) {
    throw new UsageError('There is no terminal to ask for the password. Use --password-file, --password-stdin or --generate.');
  }
  const { isCancel, password } = await import('@clack/prompts');
  const prompt = async (message: string): Promise<string> => {
    const answer = await password({ message, output: process.stderr });
    if (isCancel(answer)) throw new UsageError('Cancelled; nothing was changed.');
    return answer;
  };
  const first = await prompt(question);
  if ((await prompt('The same again')) !== first) throw new UsageError('The two passwords differ; nothing was changed.');
  return first;
}
