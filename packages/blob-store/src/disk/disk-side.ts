import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  checkedSideBytes,
  checkedSideFolder,
  checkedSideName,
  MAX_SIDE_BYTES,
  type SideName,
  type SideObjects,
  StorageFailedError,
} from '@berth/registry';
import { errnoOf } from './disk-calls.ts';
import { translated } from './disk-errors.ts';
import { type DiskParts, unlinkIfThere } from './disk-pending.ts';

/** Side objects: one file each in `side/<folder>/`, written in `pending/` and renamed into place. */
export class DiskSide implements SideObjects {
  readonly #parts: DiskParts;
  /** Folders that this process has made or found, durably. */
  readonly #made = new Set<string>();

  constructor(parts: DiskParts) {
    this.#parts = parts;
  }

  async put(name: SideName, bytes: Buffer): Promise<void> {
    const target = this.#path(name);
    checkedSideBytes(bytes);
    return translated(`writing ${name}`, async () => {
      const { calls, layout, syncs } = this.#parts;
      await this.#makeFolder(dirname(target));
      const draft = join(layout.pendingDirectory, `side.${randomBytes(16).toString('hex')}`);
      try {
        await this.#write(draft, bytes);
        await calls.rename(draft, target);
      } catch (error) {
        await unlinkIfThere(calls, draft).catch(() => undefined); // the sweep takes it; what failed first is told
        throw error;
      }
      await syncs.sync(dirname(target));
    });
  }

  async get(name: SideName): Promise<Buffer | undefined> {
    const path = this.#path(name);
    return translated(`reading ${name}`, async () => {
      const { calls } = this.#parts;
      let fd: number;
      try {
        fd = await calls.open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
      } catch (error) {
        if (errnoOf(error) === 'ENOENT') return undefined;
        throw error;
      }
      try {
        const { size } = await calls.fstat(fd);
        if (size > MAX_SIDE_BYTES) throw new StorageFailedError(`${path} has ${size} bytes; it is none of ours.`);
        const bytes = Buffer.alloc(size);
        for (let filled = 0; filled < size; ) {
          const read = await calls.read(fd, bytes.subarray(filled), filled);
          if (read === 0) throw new StorageFailedError(`${path} ended while it was read.`);
          filled += read;
        }
        return bytes;
      } finally {
        await calls.close(fd);
      }
    });
  }

  async *list(folder: string): AsyncGenerator<SideName> {
    const directory = join(this.#root, checkedSideFolder(folder));
    for (const file of await translated('listing the storage', () => this.#filesIn(directory))) yield `${folder}/${file}`;
  }

  async remove(name: SideName): Promise<void> {
    const path = this.#path(name);
    return translated(`removing ${name}`, () => unlinkIfThere(this.#parts.calls, path));
  }

  get #root(): string {
    return join(this.#parts.layout.root, 'side');
  }

  #path(name: SideName): string {
    return join(this.#root, checkedSideName(name));
  }

  async #write(path: string, bytes: Buffer): Promise<void> {
    const { calls } = this.#parts;
    const fd = await calls.open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL);
    try {
      for (let done = 0; done < bytes.length; ) done += await calls.write(fd, bytes.subarray(done), done);
      await calls.fsync(fd);
    } finally {
      await calls.close(fd);
    }
  }

  async #makeFolder(folder: string): Promise<void> {
    if (this.#made.has(folder)) return;
    const { calls, syncs } = this.#parts;
    for (const directory of [this.#root, folder]) {
      try {
        await calls.mkdir(directory);
      } catch (error) {
        if (errnoOf(error) !== 'EEXIST') throw error;
      }
      await syncs.sync(dirname(directory));
    }
    this.#made.add(folder);
  }

  async #filesIn(directory: string): Promise<readonly string[]> {
    try {
      return await this.#parts.calls.readdir(directory);
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return [];
      throw error;
    }
  }
}
