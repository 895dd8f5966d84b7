import { password as promptPassword, isCancel } from '@clack/prompts';
import { readInput } from '../files/read-input.ts';
import { CertificateError } from '../errors.ts';
import type { CommandIo } from './command-io.ts';

/** Where a password may come from. Never from a flag: those are visible to every process of the machine. */
export interface PasswordOptions {
  readonly passwordFile?: string | undefined;
  readonly passwordStdin?: boolean | undefined;
}

const MAX_PASSWORD_BYTES = 4096;

/** Hands out passwords; standard input is read once and gives one line per question. */
export class Passwords {
  readonly #io: CommandIo;
  #lines: string[] | undefined;

  constructor(io: CommandIo) {
    this.#io = io;
  }

  /** The password from the file, standard input or a prompt. @throws CertificateError where none of them is there. */
  async get(what: string, options: PasswordOptions): Promise<string> {
    return (await this.find(options)) ?? (await this.#prompt(what, false));
  }

  /** Like get, for a new secret: on a terminal it is asked for twice. */
  async create(what: string, options: PasswordOptions): Promise<string> {
    const found = (await this.find(options)) ?? (await this.#prompt(what, true));
    if (found === '') throw new CertificateError(`The password for ${what} is empty.`);
    return found;
  }

  /** The password from file or standard input, or undefined when neither was named. */
  async find(options: PasswordOptions): Promise<string | undefined> {
    if (options.passwordFile !== undefined) return firstLine(await readInput(options.passwordFile), options.passwordFile);
    if (!options.passwordStdin) return undefined;
    this.#lines ??= (await readAll(this.#io)).split(/\r?\n/);
    const line = this.#lines.shift();
    if (line === undefined) throw new CertificateError('Standard input ended before the password.');
    return line;
  }

  async #prompt(what: string, twice: boolean): Promise<string> {
    if (!this.#io.interactive)
      throw new CertificateError(
        `${what} is needed, and there is no terminal to ask on: use --password-file FILE or --password-stdin (for a store to be written: --out-password-file FILE).`,
      );
    const first = await ask(what);
    if (twice && (await ask(`${what}, once more`)) !== first) throw new CertificateError('The two passwords differ. Nothing was written.');
    return first;
  }
}

async function ask(message: string): Promise<string> {
  const answer = await promptPassword({ message, output: process.stderr });
  if (isCancel(answer)) throw new CertificateError('Cancelled. Nothing was written.');
  return answer ?? '';
}

function firstLine(bytes: Buffer, path: string): string {
  if (bytes.length > MAX_PASSWORD_BYTES) throw new CertificateError(`${path} is too large to be a password file.`);
  return bytes.toString('utf8').split(/\r?\n/)[0] ?? '';
}

async function readAll(io: CommandIo): Promise<string> {
  const chunks: Buffer[] = [];
  let total = 0;
  for await (const chunk of io.stdin) {
    const bytes = Buffer.from(chunk as Buffer);
    total += bytes.length;
    if (total > MAX_PASSWORD_BYTES) throw new CertificateError('Standard input is too long to be a password.');
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}
