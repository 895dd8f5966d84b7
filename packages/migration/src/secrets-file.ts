import { type FileHandle, open, readFile } from 'node:fs/promises';
import { MigrationStoppedError } from './stopped.ts';

/** Of whom a secret is. */
export interface SecretOwner {
  readonly kind: 'user' | 'robot';
  readonly name: string;
}

/**
 * Where passwords and secrets go that the copy made, since no registry tells the old ones: one JSON object a line, `{"kind", "name",
 * "secret"}`, readable by the owner of the file only. Of several lines for one name the last counts.
 */
export class SecretsFile {
  readonly path: string;
  readonly #known: Map<string, string>;

  private constructor(path: string, known: Map<string, string>) {
    this.path = path;
    this.#known = known;
  }

  /** Reads what an earlier run wrote. Rejects with a SyntaxError or an error of the file system. */
  static async open(path: string): Promise<SecretsFile> {
    const known = new Map<string, string>();
    for (const line of (await contentOf(path)).split('\n')) {
      if (line.trim() === '') continue;
      const { kind, name, secret } = JSON.parse(line) as SecretOwner & { secret: string };
      known.set(keyOf({ kind, name }), secret);
    }
    return new SecretsFile(path, known);
  }

  get count(): number {
    return this.#known.size;
  }

  secretOf(owner: SecretOwner): string | undefined {
    return this.#known.get(keyOf(owner));
  }

  /** Rejects with MigrationStoppedError where nothing could be added: better before something is made than after. */
  async prepare(): Promise<void> {
    await (await this.#open()).close();
  }

  /** On disk when it resolves, so that nothing is made whose secret nobody knows. Rejects with MigrationStoppedError. */
  async add(owner: SecretOwner, secret: string): Promise<void> {
    const file = await this.#open();
    try {
      // Whatever made it, and under any umask.
      await file.chmod(0o600);
      await file.appendFile(`${JSON.stringify({ ...owner, secret })}\n`);
      await file.sync();
    } catch (error) {
      throw this.#unwritten(error, `The secret of the ${owner.kind} ${owner.name} could not be written`);
    } finally {
      await file.close();
    }
    this.#known.set(keyOf(owner), secret);
  }

  async #open(): Promise<FileHandle> {
    try {
      return await open(this.path, 'a', 0o600);
    } catch (error) {
      throw this.#unwritten(error, 'New secrets cannot be written');
    }
  }

  #unwritten(error: unknown, what: string): MigrationStoppedError {
    const why = (error as Error).message;
    return new MigrationStoppedError(
      `${what} to ${this.path}: ${why}. What was copied stays: name a file that can be written, and run the command again. It names each user and robot whose secret is not in the file.`,
      { cause: error },
    );
  }
}

function keyOf({ kind, name }: SecretOwner): string {
  return `${kind} ${name}`;
}

async function contentOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return '';
    throw error;
  }
}
