import type { Readable } from 'node:stream';
import { type BlobReader, type ByteSink, StorageFailedError, StoredObjectDamagedError } from '@berth/registry';
import type { S3Body, S3Calls } from './s3-calls.ts';
import { translateS3Error } from './s3-errors.ts';

/** A part of an object. */
export interface S3Slice {
  readonly name: string;
  /** Bytes that the whole object must have. */
  readonly total: number;
  readonly start: number;
  readonly length: number;
}

/** Connections that break while a body arrives are followed by a new request for the rest, this often without progress. */
const RESUMES = 3;

/** Copies a slice of an object, checking its length, going on after a broken connection. */
export class S3Reader implements BlobReader {
  readonly length: number;
  readonly #calls: S3Calls;
  readonly #slice: S3Slice;
  #stream: Readable | undefined;
  #state: 'open' | 'copying' | 'closed' = 'open';

  private constructor(calls: S3Calls, slice: S3Slice, stream: Readable) {
    this.#calls = calls;
    this.#slice = slice;
    this.#stream = stream;
    this.length = slice.length;
  }

  /** Asks for the slice, so that a missing object or one of another length is known before the first byte. */
  static async open(calls: S3Calls, slice: S3Slice): Promise<S3Reader> {
    return new S3Reader(calls, slice, await request(calls, slice, 0));
  }

  async copyTo(sink: ByteSink): Promise<void> {
    if (this.#state !== 'open') throw new StorageFailedError('This reader was used or closed before.');
    this.#state = 'copying';
    try {
      let done = 0;
      for (let failures = 0; done < this.length; ) {
        const before = done;
        const stream = (this.#stream ??= await request(this.#calls, this.#slice, done));
        const lost = await copyStream(stream, async (chunk) => {
          if (done + chunk.length > this.length) throw tooLong(this.#slice);
          await sink(chunk);
          done += chunk.length;
        });
        this.#stream = undefined;
        if (done === this.length) return;
        this.#refuseClosed();
        failures = done > before ? 1 : failures + 1;
        if (failures > RESUMES) throw cutShort(this.#slice, done, lost);
      }
    } finally {
      await this.close();
    }
  }

  async close(): Promise<void> {
    this.#state = 'closed';
    this.#stream?.on('error', () => undefined).destroy();
    this.#stream = undefined;
  }

  #refuseClosed(): void {
    if (this.#state === 'closed') throw new StorageFailedError('The reader was closed while it was copying.');
  }
}

async function request(calls: S3Calls, { name, total, start, length }: S3Slice, done: number): Promise<Readable> {
  const whole = start + done === 0 && length === total;
  const found: S3Body = await calls.get(name, whole ? undefined : [start + done, start + length - 1]);
  if (found.total === total) return found.stream;
  found.stream.on('error', () => undefined).destroy();
  throw new StoredObjectDamagedError(`${name} has ${found.total} bytes stored where ${total} were sealed.`);
}

/** Resolves at the stream's end, with the error when it broke; rejects with what `sink` throws. */
async function copyStream(stream: Readable, sink: ByteSink): Promise<Error | undefined> {
  const iterator = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  try {
    for (;;) {
      let next: IteratorResult<Buffer>;
      try {
        next = await iterator.next();
      } catch (error) {
        return error as Error; // the caller decides whether to go on
      }
      if (next.done === true) return undefined;
      await sink(next.value);
    }
  } finally {
    stream.destroy();
  }
}

function tooLong({ name, length }: S3Slice): StoredObjectDamagedError {
  return new StoredObjectDamagedError(`${name} delivered more than the ${length} bytes that were asked for.`);
}

function cutShort({ name, length }: S3Slice, done: number, cause: Error | undefined): Error {
  if (cause !== undefined) return translateS3Error(cause, `reading ${name} (${done} of ${length} bytes)`);
  return new StoredObjectDamagedError(`${name} ended ${length - done} bytes early while it was read.`);
}
