import type { Hash } from 'node:crypto';
import type { BlobWriter } from '../ports/blob-store.ts';
import { giveBuffer, INTAKE_BUFFER_BYTES, takeBuffer } from './intake-buffers.ts';

export interface IntakeOptions {
  readonly writer: BlobWriter;
  /** Sees every byte in order; undefined when the bytes before are unknown, so that hashing on would mean nothing. */
  readonly hash: Hash | undefined;
  /** Bytes to come, where announced: small content gets a small buffer. */
  readonly expected: number | undefined;
}

/**
 * Gathers small network chunks into large buffers and gives each to the writer and the hash at the same time: while one buffer is
 * being written by the thread pool, it is hashed here and the next one fills.
 */
export class ContentIntake {
  readonly #writer: BlobWriter;
  readonly #hash: Hash | undefined;
  readonly #bufferBytes: number;
  #filling: Buffer | undefined;
  #filled = 0;
  #spare: Buffer | undefined;
  #writing: Promise<void> = Promise.resolve();
  #received = 0;

  constructor(options: IntakeOptions) {
    this.#writer = options.writer;
    this.#hash = options.hash;
    this.#bufferBytes = Math.max(1, Math.min(options.expected ?? INTAKE_BUFFER_BYTES, INTAKE_BUFFER_BYTES));
  }

  /** Bytes taken so far. */
  get received(): number {
    return this.#received;
  }

  /** Takes a chunk by copying it. Returns a promise when the caller must wait before the next. */
  add(chunk: Buffer): Promise<void> | undefined {
    this.#received += chunk.length;
    const buffer = (this.#filling ??= takeBuffer(this.#bufferBytes));
    if (chunk.length < buffer.length - this.#filled) {
      chunk.copy(buffer, this.#filled);
      this.#filled += chunk.length;
      return undefined;
    }
    return this.#addAcross(chunk);
  }

  async #addAcross(chunk: Buffer): Promise<void> {
    let taken = 0;
    while (taken < chunk.length) {
      const buffer = (this.#filling ??= takeBuffer(this.#bufferBytes));
      const copied = chunk.copy(buffer, this.#filled, taken);
      taken += copied;
      this.#filled += copied;
      if (this.#filled === buffer.length) await this.#turnOver();
    }
  }

  /** Starts writing the filled buffer once the one before is written, and makes that one the next to fill. */
  async #turnOver(): Promise<void> {
    const full = this.#filling;
    if (full === undefined || this.#filled === 0) return;
    await this.#writing;
    const content = full.subarray(0, this.#filled);
    this.#filling = this.#spare;
    this.#filled = 0;
    this.#spare = full;
    this.#writing = this.#writer.write(content);
    // The rejection is seen by the next await of #writing; this line only keeps Node from calling it unhandled until then.
    this.#writing.catch(() => undefined);
    this.#hash?.update(content);
  }

  /** Writes what is still gathered. Resolves when the writer has every byte. */
  async flush(): Promise<void> {
    await this.#turnOver();
    await this.#writing;
  }

  /** Gives the buffers back, after the last write has ended either way. Call it exactly once, whatever happened. */
  async dispose(): Promise<void> {
    await Promise.allSettled([this.#writing]);
    for (const buffer of [this.#filling, this.#spare]) if (buffer !== undefined) giveBuffer(buffer);
    this.#filling = undefined;
    this.#spare = undefined;
  }
}
