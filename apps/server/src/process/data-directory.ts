import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { StartError } from './start-error.ts';

/**
 * Makes the data directory where it is missing. Entering is open to others (0711), listing is not: run by root, the embedded Postgres
 * works under an unprivileged user that must reach its own directory below. Everything secret in it is 0600 by itself.
 */
export function prepareDataDirectory(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o711 });
  } catch (error) {
    throw new StartError(
      `The data directory ${path} cannot be made: ${(error as Error).message}. Make it yourself, or set BERTH_DATA to a directory this user may write.`,
      { cause: error },
    );
  }
}

/** The content of a private file, or undefined when it does not exist. */
export function readPrivateFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new StartError(`${path} cannot be read: ${(error as Error).message}. Check its owner and permissions.`, { cause: error });
  }
}

/**
 * Writes a private file (0600) once and durably and answers what it holds: when another process was faster, its content.
 * The file appears complete or not at all, since a half-written secret would make everything encrypted with it unreadable.
 */
export function writePrivateFileOnce(directory: string, name: string, content: string): string {
  const path = join(directory, name);
  const temporary = join(directory, `.${name}.${randomBytes(6).toString('hex')}`);
  try {
    const file = openSync(temporary, 'wx', 0o600);
    try {
      writeSync(file, `${content}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    try {
      linkSync(temporary, path);
    } finally {
      unlinkSync(temporary);
    }
    syncDirectory(directory);
    return content;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return readPrivateFile(path) ?? content;
    throw new StartError(`${path} cannot be written: ${(error as Error).message}. Make sure that this user may write there.`, {
      cause: error,
    });
  }
}

export function syncDirectory(path: string): void {
  const directory = openSync(path, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
