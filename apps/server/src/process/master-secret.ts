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
  const text = config.secretKey ?? fromFile(config.dataDir);
  return createHash('sha256').update('berth master secret\0').update(text).digest();
}

function fromFile(dataDir: string): string {
  const known = readPrivateFile(join(dataDir, SECRET_KEY_FILE));
  if (known === '') {
    throw new StartError(
      `${join(dataDir, SECRET_KEY_FILE)} is empty. Restore it from a backup: without it the secrets in the database are lost.`,
    );
  }
  return known ?? writePrivateFileOnce(dataDir, SECRET_KEY_FILE, randomBytes(32).toString('base64url'));
}
