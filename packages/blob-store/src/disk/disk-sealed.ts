import { constants } from 'node:fs';
import {
  type BlobReader,
  type ByteRange,
  type SealedBlobs,
  type SealedEntry,
  type StoredObject,
  StoredObjectDamagedError,
  StoredObjectMissingError,
} from '@berth/registry';
import { BytesReader } from '../bytes-reader.ts';
import { errnoOf, modifiedAt } from './disk-calls.ts';
import { translated } from './disk-errors.ts';
import { SHARDS, sealedKeyOf } from './disk-layout.ts';
import { type DiskParts, unlinkIfThere } from './disk-pending.ts';
import { FileReader } from './file-reader.ts';
import { FileRemovals } from './file-removals.ts';

/** Objects up to this size are read at once when opened: most blobs by number are small, and each call costs a thread's turn. */
const SMALL_BYTES = 64 * 1024;

/** Sealed objects, see {@link DiskLayout} for where they lie. */
export class DiskSealed implements SealedBlobs {
  readonly #parts: DiskParts;
  readonly #removals: FileRemovals;

  constructor(parts: DiskParts) {
    this.#parts = parts;
    this.#removals = new FileRemovals(parts.calls);
  }

  stat(object: StoredObject): Promise<number | undefined> {
    return translated(`looking for ${object.digest}`, async () => {
      try {
        const found = await this.#parts.calls.lstat(this.#parts.layout.sealedPath(object));
        if (!found.isFile()) throw new StoredObjectDamagedError(`Something else than a file is stored as ${object.digest}.`);
        return found.size;
      } catch (error) {
        if (errnoOf(error) === 'ENOENT') return undefined;
        throw error;
      }
    });
  }

  open(object: StoredObject, range?: ByteRange): Promise<BlobReader> {
    return translated(`opening ${object.digest}`, async () => {
      const start = range?.start ?? 0;
      const end = range === undefined ? object.size : range.end + 1;
      if (start < 0 || end > object.size || start > end) {
        throw new RangeError(`Bytes ${start} to ${end - 1} are not all inside an object of ${object.size} bytes.`);
      }
      const fd = await this.#openFile(object);
      if (object.size <= SMALL_BYTES) return this.#readSmall(object, fd, [start, end]);
      try {
        const { size } = await this.#parts.calls.fstat(fd);
        if (size !== object.size) throw wrongLength(object, `has ${size} bytes stored`);
      } catch (error) {
        await this.#parts.calls.close(fd);
        throw error;
      }
      return new FileReader(this.#parts.calls, this.#parts.pool, { fd, start, length: end - start, name: object.digest });
    });
  }

  /** Files whose name is none of ours are left out, as is whatever went since its directory was read. */
  async *list(): AsyncGenerator<SealedEntry> {
    const { calls, layout } = this.#parts;
    for (const directory of layout.algorithmDirectories.flatMap((parent) => SHARDS.map((shard) => `${parent}/${shard}`))) {
      for (const name of await translated('listing the storage', () => calls.readdir(directory))) {
        const key = sealedKeyOf(name);
        if (key === undefined) continue;
        const path = `${directory}/${name}`;
        const storedAt = await translated('listing the storage', () => modifiedAt(calls, path));
        if (storedAt === undefined) continue;
        yield { key, storedAt: new Date(storedAt), remove: () => translated(`removing ${name}`, () => unlinkIfThere(calls, path)) };
      }
    }
  }

  presign(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  /**
   * The removal is not synced: should a power loss bring the file back, it is an orphan that no row names and that a check finds,
   * and thousands of removals need not wait for the disk.
   */
  remove(object: StoredObject): Promise<void> {
    const { calls, layout } = this.#parts;
    return translated(`removing ${object.digest}`, () => unlinkIfThere(calls, layout.sealedPath(object)));
  }

  removeAll(objects: readonly StoredObject[]): Promise<PromiseSettledResult<void>[]> {
    return Promise.allSettled(objects.map((object) => this.#removeSometime(object)));
  }

  #removeSometime(object: StoredObject): Promise<void> {
    return translated(`removing ${object.digest}`, () => this.#removals.remove(this.#parts.layout.sealedPath(object)));
  }

  async #openFile(object: StoredObject): Promise<number> {
    try {
      return await this.#parts.calls.open(this.#parts.layout.sealedPath(object), constants.O_RDONLY | constants.O_NOFOLLOW);
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') throw new StoredObjectMissingError(`${object.digest} is not in the storage.`, { cause: error });
      throw error;
    }
  }

  /** One byte more is asked for than there should be, so that the read also shows a file that is too long. */
  async #readSmall(object: StoredObject, fd: number, [start, end]: readonly [number, number]): Promise<BlobReader> {
    const { calls } = this.#parts;
    const buffer = Buffer.allocUnsafe(object.size + 1);
    let filled = 0;
    try {
      for (let bytes = -1; filled < buffer.length && bytes !== 0; filled += bytes) {
        bytes = await calls.read(fd, buffer.subarray(filled), filled);
      }
    } finally {
      await calls.close(fd);
    }
    if (filled > object.size) throw wrongLength(object, 'has more bytes stored');
    if (filled < object.size) throw wrongLength(object, `has ${filled} bytes stored`);
    return new BytesReader(buffer.subarray(start, end));
  }
}

function wrongLength(object: StoredObject, what: string): StoredObjectDamagedError {
  return new StoredObjectDamagedError(`${object.digest} ${what} where ${object.size} were sealed.`);
}
