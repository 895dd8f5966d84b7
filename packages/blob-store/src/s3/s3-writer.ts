import { type BlobWriter, type Checkpoint, type CheckpointOptions, StorageFailedError, type StorageKey } from '@berth/registry';
import type { PartBuffers } from './part-buffers.ts';
import { checkpointOf, type LastPart, type PendingState, type Tail, tailBytes, unstoredCheckpoint } from './pending-state.ts';
import type { S3Calls } from './s3-calls.ts';
import type { S3Names } from './s3-names.ts';
import { MOST_PARTS } from './s3-options.ts';

/** What the parts of one S3 store share. */
export interface S3Parts {
  readonly calls: S3Calls;
  readonly names: S3Names;
  readonly buffers: PartBuffers;
  /** The last bytes of checkpoints made for sealing; they live as long as the checkpoint object does. */
  readonly unstored: WeakMap<Checkpoint, UnstoredTail>;
  readonly onTrouble: (error: Error, doing: string) => void;
}

/** A checkpoint's state and the bytes that follow it, not stored yet. */
export interface UnstoredTail {
  readonly state: PendingState;
  readonly bytes: Buffer;
}

/** Where a writer goes on. */
export interface WriterStart {
  readonly state: PendingState;
  /** Holds the tails' bytes and belongs to the writer from here on. */
  readonly gathered: Buffer;
  readonly fromStart: boolean;
}

/** Parts of one upload on their way at once: enough to hide each answer's way back. */
const PARTS_AT_ONCE = 3;
/** Below this a part is gathered in a buffer of its own size, so that many small uploads need little memory. */
const SMALL_BYTES = 1024 * 1024;
const LEAST_BUFFER_BYTES = 16 * 1024;
/** A tail in more pieces is put together again. */
const MOST_TAILS = 16;

/** Gathers whole parts and sends them while the next is gathered; a checkpoint stores what does not fill a part as a tail object. */
export class S3Writer implements BlobWriter {
  readonly #parts: S3Parts;
  readonly #key: StorageKey;
  readonly #partSize: number;
  readonly #tags: (string | undefined)[];
  readonly #underWay = new Set<Promise<void>>();
  readonly #abort = new AbortController();
  #upload: Promise<string> | undefined;
  #tails: readonly Tail[];
  #old: readonly string[];
  /** What follows the parts sent so far: `#fill` bytes, of which the tails hold the first. */
  #buffer: Buffer;
  #fill: number;
  /** Nothing was stored before this writer: most uploads come in one piece, and need no tail that could be gone on with. */
  readonly #fromStart: boolean;
  #last: LastPart | undefined;
  #failure: Error | undefined;
  #closing: Promise<void> | undefined;

  constructor(parts: S3Parts, key: StorageKey, { state, gathered, fromStart }: WriterStart) {
    this.#parts = parts;
    this.#key = key;
    this.#partSize = state.partSize;
    this.#tags = [...state.tags];
    this.#upload = state.upload === undefined ? undefined : Promise.resolve(state.upload);
    this.#tails = state.tails;
    this.#old = [];
    this.#buffer = gathered;
    this.#fromStart = fromStart;
    this.#fill = gathered.length;
  }

  async write(chunk: Buffer): Promise<void> {
    this.#refuseBroken();
    if (this.#last !== undefined && chunk.length > 0) throw new StorageFailedError('This writer said that it had written everything.');
    for (let taken = 0; taken < chunk.length; ) {
      await this.#makeRoom(chunk.length - taken);
      const bytes = chunk.copy(this.#buffer, this.#fill, taken);
      taken += bytes;
      this.#fill += bytes;
      if (this.#fill === this.#partSize) await this.#sendPart();
    }
  }

  async checkpoint(options: CheckpointOptions = {}): Promise<Checkpoint> {
    this.#refuseBroken();
    const stored = tailBytes(this.#tails);
    const keepHere = options.sealing === true && this.#fill > 0;
    const asLast = options.closing === true && this.#fromStart && this.#tails.length === 0;
    if (this.#fill > stored && !keepHere) this.#track(asLast ? this.#sendLast() : this.#storeTail(stored));
    await Promise.all(this.#underWay);
    this.#refuseBroken();
    const upload = await this.#upload;
    const tags = this.#tags.flatMap((tag) => tag ?? []);
    const state = {
      ...{ partSize: this.#partSize, tags, tails: this.#tails, old: this.#old },
      ...(upload === undefined ? {} : { upload }),
      ...(this.#last === undefined ? {} : { last: this.#last }),
    };
    if (!keepHere) return checkpointOf(state);
    const checkpoint = unstoredCheckpoint(tags.length * this.#partSize + this.#fill);
    this.#parts.unstored.set(checkpoint, { state, bytes: Buffer.from(this.#buffer.subarray(0, this.#fill)) });
    return checkpoint;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#failure ??= new StorageFailedError('This writer was closed; open the upload again to go on.');
    this.#abort.abort();
    await Promise.allSettled(this.#underWay);
    this.#parts.buffers.give(this.#buffer);
    this.#buffer = Buffer.alloc(0);
  }

  #refuseBroken(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Grows the buffer for up to `bytes` more, first in small steps of its own, then to a whole pooled part. */
  async #makeRoom(bytes: number): Promise<void> {
    if (this.#fill < this.#buffer.length) return;
    const needed = Math.max(this.#fill + bytes, this.#buffer.length * 2, LEAST_BUFFER_BYTES);
    const larger = needed <= SMALL_BYTES ? Buffer.allocUnsafeSlow(needed) : await this.#takeWhole();
    this.#buffer.copy(larger, 0, 0, this.#fill);
    this.#buffer = larger;
  }

  async #takeWhole(): Promise<Buffer> {
    const { buffers } = this.#parts;
    // An upload that began with parts of another size keeps them; the pool cannot serve it.
    if (buffers.partSize !== this.#partSize) return Buffer.allocUnsafeSlow(this.#partSize);
    const whole = await buffers.take();
    if (this.#failure === undefined) return whole;
    buffers.give(whole);
    throw this.#failure;
  }

  /** Sends the gathered part; waits only while the most parts are under way. */
  async #sendPart(): Promise<void> {
    const body = this.#buffer.subarray(0, this.#partSize);
    const whole = this.#buffer;
    this.#buffer = Buffer.alloc(0);
    this.#fill = 0;
    this.#old = [...this.#old, ...this.#tails.map(({ name }) => name)];
    this.#tails = [];
    const index = this.#tags.push(undefined) - 1;
    this.#track(this.#send(body, index).finally(() => this.#parts.buffers.give(whole)));
    while (this.#underWay.size >= PARTS_AT_ONCE) await Promise.race(this.#underWay);
    this.#refuseBroken();
  }

  /** Remembers a call that never rejects: closing waits for it, so that nothing is written after the writer is gone. */
  #track(call: Promise<void>): void {
    const tracked: Promise<void> = call.finally(() => this.#underWay.delete(tracked));
    this.#underWay.add(tracked);
  }

  /** Never rejects: the failure is kept for the next call. */
  async #send(body: Buffer, index: number): Promise<void> {
    const { calls, names } = this.#parts;
    const name = names.object(this.#key);
    try {
      // One part must be left for the tail.
      if (index + 2 > MOST_PARTS) throw tooLarge(this.#partSize);
      this.#upload ??= calls.startUpload(name);
      const place = { name, upload: await this.#upload, number: index + 1 };
      this.#tags[index] = await calls.putPart(place, body, this.#abort.signal);
    } catch (error) {
      this.#failure ??= error as Error;
      this.#abort.abort();
    }
  }

  /** Stores what follows the whole parts as the last part. Never rejects, like {@link #send}. */
  async #sendLast(): Promise<void> {
    const size = this.#fill;
    const index = this.#tags.length;
    await this.#send(this.#buffer.subarray(0, size), index);
    const [tag] = this.#tags.splice(index, 1);
    if (tag !== undefined) this.#last = { size, tag };
  }

  /** Stores what the tails do not hold yet, or all of it again when the pieces became many. Never rejects, like {@link #send}. */
  async #storeTail(stored: number): Promise<void> {
    const afresh = this.#tails.length >= MOST_TAILS;
    const from = afresh ? 0 : stored;
    const tail = { name: this.#parts.names.newTail(this.#key), size: this.#fill - from };
    try {
      await this.#parts.calls.put(tail.name, this.#buffer.subarray(from, this.#fill), 'short-lived');
    } catch (error) {
      this.#failure ??= error as Error;
      return;
    }
    if (afresh) this.#old = [...this.#old, ...this.#tails.map(({ name }) => name)];
    this.#tails = afresh ? [tail] : [...this.#tails, tail];
  }
}

function tooLarge(partSize: number): StorageFailedError {
  const most = Math.floor((partSize * (MOST_PARTS - 1)) / 1024 ** 3);
  return new StorageFailedError(
    `A layer on S3 can have ${most} GiB with parts of ${partSize / 1024 ** 2} MiB, and this one is larger. Raise the part size of the storage.`,
  );
}
