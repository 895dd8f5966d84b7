import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type Config, SECRET_KEY_FILE } from '../config.ts';
import { readPrivateFile, writePrivateFileOnce } from './data-directory.ts';
import { StartError } from './start-error.ts';

/**
 * The 32 bytes that everything secret in the database is encrypted with: from BERTH_SECRET_KEY, or generated once into the data
 * directory. Kept outside the database so that a stolen dump alone opens nothing.
 */
export function masterSecret(config: Config): Buffer {
  const made = (): string => writePrivateFileOnce(config.dataDir, SECRET_KEY_FILE, randomBytes(32).toString('base64url'));
  return secretOf(config.secretKey ?? fromFile(config.dataDir) ?? made());
}

/**
 * The secret as it was given, and what is made of it, for commands. They may run in another folder than the server, or without its
 * BERTH_SECRET_KEY: a key made there would be taken for the server's from then on, and be in its backups. Undefined where there is none.
 */
export function knownSecret(config: Config): { readonly text: string; readonly master: Buffer } | undefined {
  const text = config.secretKey ?? fromFile(config.dataDir);
  return text === undefined ? undefined : { text, master: secretOf(text) };
}

function secretOf(text: string): Buffer {
  return createHash('sha256').update('berth master secret\0').update(text).digest();
}

function fromFile(dataDir: string): string | undefined {
  const known = readPrivateFile(join(dataDir, SECRET_KEY_FILE));
  if (known === '') {
    throw new StartError(
      `${join(dataDir, SECRET_KEY_FILE)} is empty. Restore it from a backup: without it the secrets in the database are lost.`,
    );
  }
  return known;
}
