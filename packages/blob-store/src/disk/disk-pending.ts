import { constants } from 'node:fs';
import {
  type BlobReader,
  type BlobWriter,
  type Checkpoint,
  type PendingBlobs,
  StorageFailedError,
  type StorageKey,
  type StoredObject,
  StoredObjectDamagedError,
  StoredObjectMissingError,
} from '@berth/registry';
import type { BufferPool } from '../buffer-pool.ts';
import { DirectorySyncFailedError, type DirectorySyncs } from './directory-syncs.ts';
import { type DiskCalls, errnoOf } from './disk-calls.ts';
import { translated } from './disk-errors.ts';
import { type DiskLayout, newDiskKey } from './disk-layout.ts';
import { DiskWriter } from './disk-writer.ts';
import { FileReader } from './file-reader.ts';

/** What the parts of one disk store share. */
export interface DiskParts {
  readonly calls: DiskCalls;
  readonly layout: DiskLayout;
  readonly pool: BufferPool;
  readonly syncs: DirectorySyncs;
}

/** Uploads under way: one file each in `pending/`, renamed into place when sealed. */
export class DiskPending implements PendingBlobs {
  readonly #parts: DiskParts;
  /** The writer of each object now open here: a second one for the same object ends it. */
  readonly #writers = new Map<StorageKey, DiskWriter>();
  /** Objects whose sync failed and that could not be unlinked either. */
  readonly #poisoned = new Set<StorageKey>();

  constructor(parts: DiskParts) {
    this.#parts = parts;
  }

  newKey(): StorageKey {
    return newDiskKey();
  }

  append(key: StorageKey, from: Checkpoint): Promise<BlobWriter> {
    return translated('opening an upload', async () => {
      this.#refusePoisoned(key);
      await this.#writers.get(key)?.fence();
      const { calls, layout, pool, syncs } = this.#parts;
      const fresh = from.offset === 0;
      const path = layout.pendingPath(key);
      const fd = await this.#open(path, constants.O_RDWR | (fresh ? constants.O_CREAT : 0));
      try {
        await this.#cut(fd, from.offset);
      } catch (error) {
        await calls.close(fd);
        throw error;
      }
      const writer: DiskWriter = new DiskWriter(calls, pool, {
        fd,
        offset: from.offset,
        syncName: fresh ? () => syncs.sync(layout.pendingDirectory) : undefined,
        poison: () => this.#poison(key, path),
        released: () => {
          if (this.#writers.get(key) === writer) this.#writers.delete(key);
        },
      });
      this.#writers.set(key, writer);
      return writer;
    });
  }

  readBack(key: StorageKey, from: Checkpoint): Promise<BlobReader> {
    return translated('reading an upload back', async () => {
      this.#refusePoisoned(key);
      const { calls, layout, pool } = this.#parts;
      const fd = await this.#open(layout.pendingPath(key), constants.O_RDONLY);
      try {
        const { size } = await calls.fstat(fd);
        if (size < from.offset) throw shortPending(size, from.offset);
      } catch (error) {
        await calls.close(fd);
        throw error;
      }
      return new FileReader(calls, pool, { fd, start: 0, length: from.offset, name: 'The upload' });
    });
  }

  has(key: StorageKey): Promise<boolean> {
    return translated('looking for an upload', async () => (await this.#sizeOf(this.#parts.layout.pendingPath(key))) !== undefined);
  }

  seal(object: StoredObject, from: Checkpoint): Promise<void> {
    return translated('sealing an upload', async () => {
      this.#refusePoisoned(object.key);
      await this.#writers.get(object.key)?.fence();
      const { calls, layout, syncs } = this.#parts;
      const source = layout.pendingPath(object.key);
      const target = layout.sealedPath(object);
      if (await this.#makeExact(object, from)) await calls.rename(source, target);
      try {
        await syncs.sync(layout.sealedDirectory(object));
      } catch (error) {
        if (error instanceof DirectorySyncFailedError) await this.#poison(object.key, target);
        throw error;
      }
    });
  }

  discard(key: StorageKey): Promise<void> {
    return translated('discarding an upload', async () => {
      await this.#writers.get(key)?.fence();
      await unlinkIfThere(this.#parts.calls, this.#parts.layout.pendingPath(key));
      this.#poisoned.delete(key);
    });
  }

  /** Opens a pending file. A link in its place is not followed: nothing of ours makes one. */
  async #open(path: string, flags: number): Promise<number> {
    try {
      return await this.#parts.calls.open(path, flags | constants.O_NOFOLLOW);
    } catch (error) {
      if (errnoOf(error) === 'ENOENT' && (flags & constants.O_CREAT) === 0) throw missingPending(error);
      throw error;
    }
  }

  /** Drops what lies beyond `offset`: it was never acknowledged. */
  async #cut(fd: number, offset: number): Promise<void> {
    const { size } = await this.#parts.calls.fstat(fd);
    if (size < offset) throw shortPending(size, offset);
    if (size > offset) await this.#parts.calls.truncate(fd, offset);
  }

  /**
   * Sees to it that the pending file is durable with exactly the object's bytes. False when it is not there because an earlier
   * call sealed it: only the directory then remains to be synced.
   */
  async #makeExact(object: StoredObject, from: Checkpoint): Promise<boolean> {
    const { calls, layout } = this.#parts;
    const path = layout.pendingPath(object.key);
    const size = await this.#sizeOf(path);
    if (size === undefined) {
      const sealed = await this.#sizeOf(layout.sealedPath(object));
      if (sealed === undefined) throw missingPending(undefined);
      if (sealed !== object.size) throw shortPending(sealed, object.size);
      return false;
    }
    if (size < object.size) throw shortPending(size, object.size);
    if (size === object.size && from.offset === size) return true; // the checkpoint made it durable
    const fd = await this.#open(path, constants.O_RDWR);
    try {
      await this.#cut(fd, object.size);
      await this.#syncOrPoison(fd, object.key, path);
    } finally {
      await calls.close(fd);
    }
    return true;
  }

  async #syncOrPoison(fd: number, key: StorageKey, path: string): Promise<void> {
    try {
      await this.#parts.calls.fsync(fd);
    } catch (error) {
      await this.#poison(key, path);
      throw error;
    }
  }

  async #sizeOf(path: string): Promise<number | undefined> {
    try {
      return (await this.#parts.calls.lstat(path)).size;
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return undefined;
      throw error;
    }
  }

  /**
   * After a failed sync the kernel may call the lost pages clean, and the next sync succeeds without them. So the file goes; when
   * even that fails, this process remembers not to trust it.
   */
  async #poison(key: StorageKey, path: string): Promise<void> {
    this.#poisoned.add(key);
    try {
      await unlinkIfThere(this.#parts.calls, path);
    } catch {
      return; // stays poisoned; the caller reports the sync's failure, which came first
    }
    this.#poisoned.delete(key);
  }

  #refusePoisoned(key: StorageKey): void {
    if (!this.#poisoned.has(key)) return;
    throw new StorageFailedError('The disk failed while this upload was made durable, so its bytes are lost. Start the upload again.');
  }
}

export async function unlinkIfThere(calls: DiskCalls, path: string): Promise<void> {
  try {
    await calls.unlink(path);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
}

function missingPending(cause: unknown): StoredObjectMissingError {
  return new StoredObjectMissingError('The bytes of this upload are not there any more. Start the upload again.', { cause });
}

function shortPending(size: number, expected: number): StoredObjectDamagedError {
  return new StoredObjectDamagedError(`This upload has ${size} bytes stored where ${expected} were expected. Start the upload again.`);
}
