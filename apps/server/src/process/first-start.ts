import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, INITIAL_PASSWORD_FILE } from '../config.ts';
import { StartError } from './start-error.ts';
import { syncDirectory } from './data-directory.ts';

/** Path of the file with the generated first password, while it exists. */
export function initialPasswordFile(config: Config): string | undefined {
  const path = join(config.dataDir, INITIAL_PASSWORD_FILE);
  return existsSync(path) ? path : undefined;
}

/**
 * Keeps the generated password (0600), durably, before the account exists. A file left by a start that crashed in between is
 * replaced: its account was never made.
 */
export function keepInitialPassword(config: Config, password: string): void {
  const path = join(config.dataDir, INITIAL_PASSWORD_FILE);
  const temporary = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    const file = openSync(temporary, 'wx', 0o600);
    try {
      writeSync(file, `${password}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
    syncDirectory(config.dataDir);
  } catch (error) {
    throw new StartError(
      `The first password cannot be written to ${path}: ${(error as Error).message}. No user was made; mend this and start again.`,
      {
        cause: error,
      },
    );
  }
}
