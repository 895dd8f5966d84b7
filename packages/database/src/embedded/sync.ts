import { closeSync, fsyncSync, openSync } from 'node:fs';

/** Makes the names in `directory` survive a power cut. */
export function syncDirectory(directory: string): void {
  syncFile(directory);
}

/** Makes the content of `path` survive a power cut. */
export function syncFile(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
