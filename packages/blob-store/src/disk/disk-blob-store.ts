import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  type BlobStore,
  type PendingBlobs,
  type SealedBlobs,
  type SideObjects,
  StorageFailedError,
  StorageFullError,
} from '@berth/registry';
import { BufferPool } from '../buffer-pool.ts';
import { DirectorySyncs } from './directory-syncs.ts';
import { type DiskCalls, errnoOf, systemCalls, modifiedAt } from './disk-calls.ts';
import { translated } from './disk-errors.ts';
import { diskLayout, SHARDS } from './disk-layout.ts';
import { type DiskParts, DiskPending, unlinkIfThere } from './disk-pending.ts';
import { DiskSealed } from './disk-sealed.ts';
import { DiskSide } from './disk-side.ts';
import { readMarker, writeMarker } from './store-marker.ts';

export interface DiskBlobStoreOptions {
  /** Directory of the store; made when missing. */
  readonly root: string;
  /** The id that this store had before ({@link DiskBlobStore.id}): opening another is refused, since a disk may not be mounted. */
  readonly expectedId?: string;
  /** Buffers for all streams together; a pool of 48 MiB when not given. */
  readonly pool?: BufferPool;
  /** {@link DiskBlobStore.check} calls the disk full when fewer bytes are free; 64 MiB when not given. */
  readonly minimumFree?: number;
  /** For tests. */
  readonly calls?: DiskCalls;
}

/** A {@link BlobStore} in a directory. */
export interface DiskBlobStore extends BlobStore {
  /** Tells this store from any other; written into its directory when it was made. */
  readonly id: string;
  /** Bytes free to this process, and bytes of the whole file system. */
  space(): Promise<{ readonly free: number; readonly total: number }>;
}

const DEFAULT_BUFFERS = 48;
const DEFAULT_MINIMUM_FREE = 64 * 1024 * 1024;
/** What a new store's directory may hold already: a fresh ext4 file system, or our own directories after a crash. */
const MAY_EXIST = new Set(['lost+found', 'pending', 'sha256', 'sha512', 'side']);

/**
 * Opens the store in `options.root`, making it when the directory is missing or empty. Rejects with a {@link StorageFailedError}
 * that says what to do when the directory holds something else, or another store than expected.
 */
export function openDiskBlobStore(options: DiskBlobStoreOptions): Promise<DiskBlobStore> {
  return translated(`opening ${options.root}`, async () => {
    await makeRoot(options.root);
    const calls = options.calls ?? systemCalls;
    const parts: DiskParts = {
      calls,
      layout: diskLayout(await realpath(options.root)),
      pool: options.pool ?? new BufferPool(DEFAULT_BUFFERS),
      syncs: new DirectorySyncs(calls),
    };
    const found = await readMarker(parts);
    refuseOther(parts, found, options.expectedId);
    if (found === undefined) await refuseForeign(parts);
    await makeDirectories(parts);
    const id = found ?? (await writeMarker(parts));
    return new OpenDiskBlobStore(parts, id, options.minimumFree ?? DEFAULT_MINIMUM_FREE);
  });
}

class OpenDiskBlobStore implements DiskBlobStore {
  readonly id: string;
  readonly pending: PendingBlobs;
  readonly sealed: SealedBlobs;
  readonly side: SideObjects;
  readonly #parts: DiskParts;
  readonly #minimumFree: number;
  #checking: Promise<void> | undefined;

  constructor(parts: DiskParts, id: string, minimumFree: number) {
    this.#parts = parts;
    this.id = id;
    this.#minimumFree = minimumFree;
    this.pending = new DiskPending(parts);
    this.sealed = new DiskSealed(parts);
    this.side = new DiskSide(parts);
  }

  /** Checks that arrive together share one. A full disk is a {@link StorageFullError}: pulls still work then. */
  check(): Promise<void> {
    this.#checking ??= translated('checking the storage', () => this.#check()).finally(() => {
      this.#checking = undefined;
    });
    return this.#checking;
  }

  space(): Promise<{ readonly free: number; readonly total: number }> {
    return translated('asking for free space', async () => {
      const { bavail, blocks, bsize } = await this.#parts.calls.statfs(this.#parts.layout.root);
      return { free: bavail * bsize, total: blocks * bsize };
    });
  }

  /** Also removes drafts and probes of processes that were killed; all of `pending` is ours. */
  removeOrphans(seconds: number): Promise<number> {
    return translated('sweeping old uploads', async () => {
      const { calls, layout } = this.#parts;
      const oldest = Date.now() - seconds * 1000;
      let removed = 0;
      for (const name of await calls.readdir(layout.pendingDirectory)) {
        const path = join(layout.pendingDirectory, name);
        const modified = await modifiedAt(calls, path);
        if (modified === undefined || modified >= oldest) continue;
        await unlinkIfThere(calls, path);
        removed += 1;
      }
      return removed;
    });
  }

  async close(): Promise<void> {
    // Nothing is held between calls: readers and writers close what they opened.
  }

  async #check(): Promise<void> {
    const { layout } = this.#parts;
    if ((await readMarker(this.#parts)) !== this.id) {
      throw new StorageFailedError(`The storage that was opened is no longer at ${layout.root}. Is its disk still mounted there?`);
    }
    // By no number of a process: those of two containers on one disk are the same, and one would cut the other's file.
    await this.#probe(join(layout.pendingDirectory, `probe.${randomBytes(8).toString('hex')}`));
    const { free } = await this.space();
    if (free < this.#minimumFree) {
      const [left, needed] = [free, this.#minimumFree].map((bytes) => `${Math.floor(bytes / 1024 / 1024)} MiB`);
      throw new StorageFullError(`Only ${left} are free at ${layout.root}; ${needed} are needed. Pulls go on; free some space.`);
    }
  }

  /** Not synced: readiness is asked for often, and a busy disk is no reason to refuse work. */
  async #probe(path: string): Promise<void> {
    const { calls } = this.#parts;
    const said = Buffer.from(this.id);
    const fd = await calls.open(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW);
    try {
      await calls.write(fd, said, 0);
      const heard = Buffer.alloc(said.length);
      await calls.read(fd, heard, 0);
      if (!heard.equals(said)) throw new StorageFailedError('A probe file read back other bytes than were written.');
    } finally {
      await calls.close(fd);
      await unlinkIfThere(calls, path);
    }
  }
}

/** Makes the root and its missing parents, each durable in the directory above it. */
async function makeRoot(root: string): Promise<void> {
  const first = await mkdir(root, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  const syncs = new DirectorySyncs(systemCalls);
  for (let made = await realpath(root), top = await realpath(first); made.length >= top.length; made = dirname(made)) {
    await syncs.sync(dirname(made));
  }
}

function refuseOther({ layout }: DiskParts, found: string | undefined, expected: string | undefined): void {
  if (expected === undefined || found === expected) return;
  const seen = found === undefined ? 'no store' : 'another store';
  throw new StorageFailedError(
    `${layout.root} holds ${seen}, not the one that this registry used before (${expected}). Nothing was changed. Mount its disk there, or correct the path.`,
  );
}

/** Without a marker the directory must be empty but for what an interrupted start leaves. */
async function refuseForeign({ calls, layout }: DiskParts): Promise<void> {
  const foreign = (await calls.readdir(layout.root)).find((name) => !MAY_EXIST.has(name));
  if (foreign !== undefined) throw foreignError(layout.root, foreign);
  for (const directory of layout.algorithmDirectories) {
    for (const shard of await namesIn(calls, directory)) {
      const name = (await namesIn(calls, join(directory, shard)))[0];
      if (name !== undefined) throw foreignError(layout.root, name);
    }
  }
}

async function namesIn(calls: DiskCalls, directory: string): Promise<readonly string[]> {
  try {
    return await calls.readdir(directory);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}

function foreignError(root: string, name: string): StorageFailedError {
  return new StorageFailedError(
    `${root} is not empty (it holds "${name}") and has no berth-store.json, so it is no storage of Berth. Nothing was changed. Name an empty directory, or restore that file.`,
  );
}

/** Makes what is missing of the layout, durable before anything is put there; a backup may have dropped empty directories. */
async function makeDirectories({ calls, layout, syncs }: DiskParts): Promise<void> {
  const tops = [layout.pendingDirectory, ...layout.algorithmDirectories];
  for (const directory of tops) await makeDirectory(calls, directory);
  const { dev } = await calls.lstat(layout.root);
  for (const directory of tops) {
    const found = await calls.lstat(directory);
    if (found.isDirectory() && found.dev === dev) continue;
    throw new StorageFailedError(
      `${directory} must be a directory on the same file system as ${layout.root}, or nothing can be renamed into it.`,
    );
  }
  for (const directory of layout.algorithmDirectories) {
    const there = new Set(await calls.readdir(directory));
    const missing = SHARDS.filter((shard) => !there.has(shard));
    for (const shard of missing) await makeDirectory(calls, join(directory, shard));
    if (missing.length > 0) await syncs.sync(directory);
  }
  await syncs.sync(layout.root);
}

async function makeDirectory(calls: DiskCalls, path: string): Promise<void> {
  try {
    await calls.mkdir(path);
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error; // another process may be opening the same store
  }
}
