import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import type { ServerIdentity } from './identity.ts';

/** A short-lived directory outside the data directory, for the socket and, where needed, a copy of the binaries. */
export interface RuntimeDirectory {
  readonly directory: string;
  /** Closed to everybody but Postgres and us; short enough for a socket's path. */
  readonly socketDirectory: string;
  remove(): void;
}

const PREFIX = 'berth-pg-';
/** Names the directory in the data directory, for the run after a kill. */
const RECORD = 'runtime-directory';
/** sun_path holds 108 bytes on Linux and 104 elsewhere, with the closing NUL; Postgres adds `/.s.PGSQL.5432.lock`. */
const SOCKET_DIRECTORY_LIMIT = (process.platform === 'linux' ? 107 : 103) - '/.s.PGSQL.5432.lock'.length;

/** Makes the directory for one run and removes the one that a killed run left behind. */
export function makeRuntimeDirectory(dataDir: string, identity: ServerIdentity | undefined): RuntimeDirectory {
  const record = join(dataDir, RECORD);
  removeLeftover(dataDir);
  const base = findBase(identity);
  const directory = mkdtempSync(join(base, PREFIX));
  writeFileSync(record, `${directory}\n`, { mode: 0o600 });
  chmodSync(directory, 0o711);
  const socketDirectory = join(directory, 's');
  mkdirSync(socketDirectory, { mode: 0o700 });
  if (identity !== undefined) chownSync(socketDirectory, identity.uid, identity.gid);
  return {
    directory,
    socketDirectory,
    remove: () => {
      rmSync(directory, { recursive: true, force: true });
      rmSync(record, { force: true });
    },
  };
}

/** Removes the directory that a killed run on `dataDir` left behind. */
export function removeLeftover(dataDir: string): void {
  const record = join(dataDir, RECORD);
  if (statSync(record, { throwIfNoEntry: false }) === undefined) return;
  const directory = resolve(readFileSync(record, 'utf8').trim());
  // Only what we made ourselves is removed: our prefix, and our own uid, since everybody may write into /tmp.
  const left = statSync(directory, { throwIfNoEntry: false });
  if (left?.uid === process.getuid?.() && basename(directory).startsWith(PREFIX)) rmSync(directory, { recursive: true, force: true });
}

function findBase(identity: ServerIdentity | undefined): string {
  const candidates = identity === undefined ? [tmpdir(), '/tmp', '/var/tmp'] : ['/tmp', '/var/tmp', '/run', tmpdir()];
  for (const candidate of candidates) {
    const base = resolve(candidate);
    if (Buffer.byteLength(join(base, `${PREFIX}XXXXXX`, 's')) > SOCKET_DIRECTORY_LIMIT) continue;
    if (statSync(base, { throwIfNoEntry: false })?.isDirectory() !== true) continue;
    if (identity === undefined || isOpenToAll(base)) return base;
  }
  throw new EmbeddedPostgresError(
    `No directory was found for Postgres's socket: ${candidates.join(', ')} are missing, too long (at most ${SOCKET_DIRECTORY_LIMIT} bytes) or closed to Postgres's user. Set TMPDIR to a short path.`,
  );
}

function isOpenToAll(directory: string): boolean {
  for (let path = directory; ; path = dirname(path)) {
    if ((statSync(path).mode & 0o001) === 0) return false;
    if (path === dirname(path)) return true;
  }
}
