import { type BlobReader, type ByteSink, StorageFailedError, StoredObjectDamagedError } from '@berth/registry';
import type { BufferPool } from '../buffer-pool.ts';
import type { DiskCalls } from './disk-calls.ts';
import { translateDiskError } from './disk-errors.ts';

/** A part of an open file. */
export interface FileSlice {
  readonly fd: number;
  /** Byte position of the first byte. */
  readonly start: number;
  readonly length: number;
  /** Names the object in errors. */
  readonly name: string;
}

/**
 * Copies a slice of a file in pooled buffers, reading the next while the sink takes the last. Owns the descriptor: closed after
 * {@link copyTo}, whatever its end, or by {@link close}.
 */
export class FileReader implements BlobReader {
  readonly length: number;
  readonly #calls: DiskCalls;
  readonly #pool: BufferPool;
  readonly #slice: FileSlice;
  #state: 'open' | 'copying' | 'closing' | 'closed' = 'open';

  constructor(calls: DiskCalls, pool: BufferPool, slice: FileSlice) {
    this.#calls = calls;
    this.#pool = pool;
    this.#slice = slice;
    this.length = slice.length;
  }

  async copyTo(sink: ByteSink): Promise<void> {
    if (this.#state !== 'open') throw new StorageFailedError('This reader was used or closed before.');
    this.#state = 'copying';
    try {
      await this.#copy(sink);
    } finally {
      this.#state = 'closed';
      await this.#calls.close(this.#slice.fd);
    }
  }

  async close(): Promise<void> {
    if (this.#state === 'copying') this.#state = 'closing'; // the copy stops at its next step and closes the descriptor
    if (this.#state !== 'open') return;
    this.#state = 'closed';
    await this.#calls.close(this.#slice.fd);
  }

  async #copy(sink: ByteSink): Promise<void> {
    if (this.length === 0) return;
    let filling = this.#pool.take();
    let sinking = this.length > filling.length ? this.#pool.takePooled() : undefined;
    let reading = this.#read(filling, 0);
    try {
      for (let done = 0; done < this.length; ) {
        const chunk = await reading;
        if (this.#state === 'closing') throw new StorageFailedError('The reader was closed while it was copying.');
        done += chunk.length;
        if (sinking === undefined) {
          await sink(chunk);
          if (done < this.length) reading = this.#read(filling, done);
        } else {
          [filling, sinking] = [sinking, filling];
          if (done < this.length) reading = this.#read(filling, done);
          await sink(chunk);
        }
      }
    } finally {
      // The read ahead still writes into its buffer: nobody may get that buffer before it ends. Its failure is either the one
      // being thrown or comes after the sink's.
      await reading.catch(() => undefined);
      this.#pool.give(filling);
      if (sinking !== undefined) this.#pool.give(sinking);
    }
  }

  /** Fills `buffer` as far as the slice goes, `done` bytes into it. */
  #read(buffer: Buffer, done: number): Promise<Buffer> {
    const reading = this.#fill(buffer.subarray(0, Math.min(buffer.length, this.length - done)), done);
    reading.catch(() => undefined); // awaited a turn later; must not count as unhandled until then
    return reading;
  }

  async #fill(target: Buffer, done: number): Promise<Buffer> {
    const { fd, start, name } = this.#slice;
    for (let filled = 0; filled < target.length; ) {
      const rest = filled === 0 ? target : target.subarray(filled);
      let bytes: number;
      try {
        bytes = await this.#calls.read(fd, rest, start + done + filled);
      } catch (error) {
        throw translateDiskError(error, `reading ${name}`);
      }
      if (bytes === 0) throw new StoredObjectDamagedError(`${name} ended ${this.length - done - filled} bytes early while it was read.`);
      filled += bytes;
    }
    return target;
  }
}
