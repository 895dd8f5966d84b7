import { open, readFile } from 'node:fs/promises';

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

  /** On disk when it resolves, so that nothing is made whose secret nobody knows. */
  async add(owner: SecretOwner, secret: string): Promise<void> {
    const file = await open(this.path, 'a', 0o600);
    try {
      // Whatever made it, and under any umask.
      await file.chmod(0o600);
      await file.appendFile(`${JSON.stringify({ ...owner, secret })}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    this.#known.set(keyOf(owner), secret);
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
