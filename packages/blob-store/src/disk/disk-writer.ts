import { type BlobWriter, type Checkpoint, StorageFailedError } from '@berth/registry';
import type { BufferPool } from '../buffer-pool.ts';
import { DirectorySyncFailedError } from './directory-syncs.ts';
import type { DiskCalls } from './disk-calls.ts';
import { translateDiskError } from './disk-errors.ts';

/** A pending file opened for appending. */
export interface WriterFile {
  readonly fd: number;
  /** Bytes kept from before; the next byte goes here. */
  readonly offset: number;
  /** Makes the file's name durable: called once, at the first checkpoint, when the file is new. */
  readonly syncName: (() => Promise<void>) | undefined;
  /** Called when a sync failed: the bytes can no longer be trusted, whatever a later sync says (I11). */
  readonly poison: () => Promise<void>;
  /** Called once when the descriptor is closed. */
  readonly released: () => void;
}

/**
 * Bytes after which the disk is told to begin: left to the kernel, a layer stays in memory until the final sync, which then
 * takes as long as the disk needs for all of it.
 */
const EARLY_SYNC_BYTES = 16 * 1024 * 1024;

/** A chunk this large is written as it is; smaller ones are gathered first. */
const DIRECT_BYTES = 256 * 1024;

/**
 * Appends in large writes that run while the caller receives and hashes the next bytes. An error of a write that ran behind is
 * thrown by the next call, and by every later one.
 */
export class DiskWriter implements BlobWriter {
  readonly #calls: DiskCalls;
  readonly #pool: BufferPool;
  readonly #file: WriterFile;
  #buffer: Buffer | undefined;
  #fill = 0;
  /** Where the next write to the file goes. */
  #position: number;
  #writing: Promise<void> = Promise.resolve();
  /** Writes under way: none or one. */
  #writes = 0;
  #syncing: Promise<void> = Promise.resolve();
  #syncUnderWay = false;
  #unsynced = 0;
  /** A new or cut file counts as dirty before the first byte. */
  #dirty = true;
  #syncName: (() => Promise<void>) | undefined;
  #failure: Error | undefined;
  #closing: Promise<void> | undefined;

  constructor(calls: DiskCalls, pool: BufferPool, file: WriterFile) {
    this.#calls = calls;
    this.#pool = pool;
    this.#file = file;
    this.#position = file.offset;
    this.#syncName = file.syncName;
  }

  async write(chunk: Buffer): Promise<void> {
    this.#refuseBroken();
    if (chunk.length >= DIRECT_BYTES && this.#fill === 0) return this.#writeDirectly(chunk);
    for (let taken = 0; taken < chunk.length; ) {
      this.#buffer ??= this.#pool.take();
      const bytes = chunk.copy(this.#buffer, this.#fill, taken);
      taken += bytes;
      this.#fill += bytes;
      if (this.#fill === this.#buffer.length) await this.#flush();
    }
  }

  /** Starts the write before the first await, so that a caller who goes on to hash the chunk does both at once. */
  async #writeDirectly(chunk: Buffer): Promise<void> {
    if (this.#writes > 0) await this.#writing;
    this.#writing = this.#writeAll(chunk);
    await this.#writing;
    this.#refuseBroken();
  }

  /** Before sealing the name need not be durable: the rename gives another, and syncs that. */
  async checkpoint({ sealing = false }: { readonly sealing?: boolean } = {}): Promise<Checkpoint> {
    this.#refuseBroken();
    await this.#flush();
    await this.#writing;
    await this.#syncing;
    this.#refuseBroken();
    if (this.#dirty || (this.#syncName !== undefined && !sealing)) await this.#startSync(!sealing);
    this.#refuseBroken();
    return { offset: this.#position, state: '' };
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** Ends this writer because another takes its object over: what it still holds is dropped, every later call fails. */
  async fence(): Promise<void> {
    this.#failure ??= new StorageFailedError('Another request took this upload over; this one may write no more.');
    await this.close();
  }

  async #close(): Promise<void> {
    const reported = this.#failure;
    if (reported === undefined) await this.#flush();
    await this.#writing;
    await this.#syncing;
    if (this.#buffer !== undefined) this.#pool.give(this.#buffer);
    this.#buffer = undefined;
    const late = this.#failure;
    this.#failure ??= new StorageFailedError('This writer was closed; open the upload again to go on.');
    try {
      await this.#calls.close(this.#file.fd);
    } catch (error) {
      throw translateDiskError(error, 'closing an upload');
    } finally {
      this.#file.released();
    }
    if (late !== undefined && late !== reported) throw late;
  }

  #refuseBroken(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Hands the filled part of the buffer to the disk; waits only for the write before it, so two buffers are in use at most. */
  async #flush(): Promise<void> {
    const buffer = this.#buffer;
    if (buffer === undefined) return;
    const filled = buffer.subarray(0, this.#fill);
    this.#buffer = undefined;
    this.#fill = 0;
    await this.#writing;
    this.#writing = this.#writeAll(filled).finally(() => this.#pool.give(buffer));
  }

  /** Never rejects: the failure is kept for the next call. */
  async #writeAll(bytes: Buffer): Promise<void> {
    if (this.#failure !== undefined) return;
    this.#writes += 1;
    try {
      for (let done = 0; done < bytes.length; ) {
        const written = await this.#calls.write(this.#file.fd, bytes.subarray(done), this.#position);
        done += written;
        this.#position += written;
      }
    } catch (error) {
      this.#failure ??= translateDiskError(error, 'writing an upload');
      return;
    } finally {
      this.#writes -= 1;
    }
    this.#dirty = true;
    this.#unsynced += bytes.length;
    if (this.#unsynced >= EARLY_SYNC_BYTES && !this.#syncUnderWay) void this.#startSync(true);
  }

  /** Never rejects, like {@link #writeAll}. Bytes written after the start are not covered, so they make the file dirty again. */
  #startSync(andName: boolean): Promise<void> {
    this.#dirty = false;
    this.#unsynced = 0;
    this.#syncUnderWay = true;
    this.#syncing = this.#sync(andName).finally(() => {
      this.#syncUnderWay = false;
    });
    return this.#syncing;
  }

  async #sync(andName: boolean): Promise<void> {
    const syncName = andName ? this.#syncName : undefined;
    if (andName) this.#syncName = undefined;
    const outcomes = await Promise.allSettled([this.#calls.fdatasync(this.#file.fd), syncName?.()]);
    const [bytes, name] = outcomes.map((outcome) => (outcome.status === 'rejected' ? (outcome.reason as unknown) : undefined));
    if (bytes === undefined && name === undefined) return;
    this.#failure ??= translateDiskError(bytes ?? name, 'making an upload durable');
    if (bytes !== undefined || name instanceof DirectorySyncFailedError) await this.#file.poison();
  }
}
