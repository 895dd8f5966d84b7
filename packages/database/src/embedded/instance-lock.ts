import { randomBytes } from 'node:crypto';
import { chmodSync, closeSync, mkdirSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { createConnection, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataDirectoryInUseError, EmbeddedPostgresError } from './embedded-postgres-error.ts';

/** What a holder tells everybody who asks. */
export interface LockNote {
  readonly pid: number;
  readonly state: 'claiming' | 'holding';
  /** Where the running database can be reached, once it can. */
  readonly socketDirectory?: string;
}

export interface InstanceLock {
  /** Tells other processes where the database listens. */
  announce(socketDirectory: string): void;
  release(): Promise<void>;
}

/*
 * One server per data directory, by a lock that the kernel frees however the process ends, so that no stale file ever needs
 * removal by hand. Node has no flock(); a listening Unix socket does the same and works between containers that share a volume.
 *
 * Every claimant listens on a socket of its own below locks/, under a random name that is never used twice, and only then looks
 * at the others. So of two claimants at least one sees the other. A socket that refuses is dead and anybody may remove it. Who
 * sees a living holder gives up; of two claimants the one with the greater name gives up and the other waits until it is gone.
 * The socket becomes visible by a rename when it listens already: between bind and listen it would look dead.
 */
const CLAIM_TIMEOUT_MS = 10_000;
const ANSWER_TIMEOUT_MS = 2_000;

/** Takes the data directory for this process, or rejects with a {@link DataDirectoryInUseError} that names the holder. */
export async function lockDataDirectory(dataDir: string): Promise<InstanceLock> {
  const directory = join(dataDir, 'locks');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const name = randomBytes(8).toString('hex');
  const own: { note: LockNote } = { note: { pid: process.pid, state: 'claiming' } };
  const server = await listen(directory, name, own);
  const release = async (): Promise<void> => {
    rmSync(join(directory, name), { force: true });
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  try {
    await waitUntilAlone(directory, name, dataDir);
  } catch (error) {
    await release();
    throw error;
  }
  own.note = { pid: process.pid, state: 'holding' };
  return {
    announce: (socketDirectory) => {
      own.note = { pid: process.pid, state: 'holding', socketDirectory };
    },
    release,
  };
}

/** What the process that holds `dataDir` says about itself; undefined when nobody holds it. */
export async function askHolder(dataDir: string): Promise<LockNote | undefined> {
  const directory = join(dataDir, 'locks');
  for (const name of namesIn(directory)) {
    const answer = await ask(directory, name);
    if (answer !== 'dead' && answer.state === 'holding') return answer;
  }
  return undefined;
}

async function waitUntilAlone(directory: string, own: string, dataDir: string): Promise<void> {
  const deadline = Date.now() + CLAIM_TIMEOUT_MS;
  for (;;) {
    let waiting = false;
    for (const name of namesIn(directory)) {
      if (name === own) continue;
      const answer = await ask(directory, name);
      if (answer === 'dead') {
        rmSync(join(directory, name), { force: true });
        continue;
      }
      if (answer.state === 'holding' || name < own || Date.now() > deadline) {
        const who = answer.pid > 0 ? `process ${answer.pid}` : 'another process';
        throw new DataDirectoryInUseError(
          `The data directory ${dataDir} is in use by ${who}. Two servers on one embedded database are not possible: stop that process, or give this one another BERTH_DATA. Nothing was changed.`,
          answer.pid > 0 ? answer.pid : undefined,
        );
      }
      waiting = true;
    }
    if (!waiting) return;
    await sleep(20);
  }
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory).filter((name) => /^[0-9a-f]{16}$/.test(name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** A process that is alive but does not answer (stopped, or busy) counts as a holder. */
function ask(directory: string, name: string): Promise<LockNote | 'dead'> {
  return new Promise((resolve, reject) => {
    const short = shortPath(directory);
    const socket = createConnection(short.path(name));
    let text = '';
    const silent: LockNote = { pid: 0, state: 'holding' };
    const timer = setTimeout(() => finish(silent), ANSWER_TIMEOUT_MS);
    const finish = (answer: LockNote | 'dead' | Error): void => {
      clearTimeout(timer);
      socket.destroy();
      short.close();
      if (answer instanceof Error) reject(answer);
      else resolve(answer);
    };
    socket.on('data', (chunk) => {
      text += chunk.toString('utf8');
    });
    socket.once('end', () => finish(parseNote(text) ?? silent));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED' || error.code === 'ENOENT') finish('dead');
      // The queue of an unresponsive holder is full, or it closed while we asked: somebody was there.
      else if (error.code === 'EAGAIN' || error.code === 'ECONNRESET') finish(silent);
      else finish(error);
    });
  });
}

function parseNote(text: string): LockNote | undefined {
  try {
    return JSON.parse(text) as LockNote;
  } catch {
    // Half a note: the holder was cut off while it wrote, and the caller treats it as one that does not answer.
    return undefined;
  }
}

async function listen(directory: string, name: string, own: { readonly note: LockNote }): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.end(JSON.stringify(own.note));
  });
  const short = shortPath(directory);
  const draft = `.${name}`;
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(short.path(draft), () => resolve());
    });
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `The lock in ${directory} could not be taken (${(cause as Error).message}). The file system must support Unix sockets, as local disks and container volumes do. Nothing was changed.`,
      { cause },
    );
  } finally {
    short.close();
  }
  chmodSync(join(directory, draft), 0o600);
  renameSync(join(directory, draft), join(directory, name));
  server.unref();
  return server;
}

/**
 * A Unix socket's path has at most 107 bytes, a data directory's may have more. On Linux an open directory is reachable under a
 * short name; elsewhere the path is used as it is and the kernel refuses one that is too long.
 */
function shortPath(directory: string): { path(name: string): string; close(): void } {
  if (process.platform !== 'linux') return { path: (name) => join(directory, name), close: () => undefined };
  const fd = openSync(directory, 'r');
  return { path: (name) => `/proc/self/fd/${fd}/${name}`, close: () => closeSync(fd) };
}
