import { digestOfBytes, digestSoFar, startHash } from '@berth/oci';
import { describe, expect, it } from 'vitest';
import type { BlobWriter } from '../ports/blob-store.ts';
import { ContentIntake } from './content-intake.ts';
import { INTAKE_BUFFER_BYTES } from './intake-buffers.ts';

/** Keeps what it is given, each write held until `release`. */
class SlowWriter implements BlobWriter {
  readonly written: Buffer[] = [];
  failAt = Number.POSITIVE_INFINITY;
  #calls = 0;
  #held: (() => void)[] = [];
  #slow: boolean;

  constructor(slow = false) {
    this.#slow = slow;
  }

  async write(chunk: Buffer): Promise<void> {
    this.#calls += 1;
    const call = this.#calls;
    if (this.#slow) await new Promise<void>((resolve) => this.#held.push(resolve));
    if (call === this.failAt) throw new Error('made by the test');
    this.written.push(Buffer.from(chunk));
  }

  release(): void {
    for (const resolve of this.#held.splice(0)) resolve();
  }

  checkpoint(): Promise<never> {
    return Promise.reject(new Error('not asked for'));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  get content(): Buffer {
    return Buffer.concat(this.written);
  }
}

function chunksOf(content: Buffer, bytes: number): Buffer[] {
  return Array.from({ length: Math.ceil(content.length / bytes) }, (_, index) => content.subarray(index * bytes, (index + 1) * bytes));
}

describe('the intake', () => {
  it.each([
    [1, 7],
    [3 * INTAKE_BUFFER_BYTES, 65_536],
    [3 * INTAKE_BUFFER_BYTES + 5, 65_537],
    [2 * INTAKE_BUFFER_BYTES + 1, 3 * INTAKE_BUFFER_BYTES],
    [INTAKE_BUFFER_BYTES, INTAKE_BUFFER_BYTES],
  ])('writes and hashes %i bytes that came in chunks of %i, whatever was announced', async (bytes, chunkBytes) => {
    const content = Buffer.alloc(bytes, 'content in order ');
    for (const expected of [undefined, bytes]) {
      const writer = new SlowWriter();
      const hash = startHash('sha256');
      const intake = new ContentIntake({ writer, hash, expected });
      for (const chunk of chunksOf(content, chunkBytes)) {
        const copy = Buffer.from(chunk);
        await intake.add(copy);
        copy.fill(0); // the source takes its memory back
      }
      await intake.flush();
      expect(writer.content.equals(content)).toBe(true);
      expect(digestSoFar(hash, 'sha256')).toBe(digestOfBytes(content));
      expect(intake.received).toBe(bytes);
      await intake.dispose();
    }
  });

  it('makes its caller wait when the disk is two buffers behind, and not before', async () => {
    const writer = new SlowWriter(true);
    const intake = new ContentIntake({ writer, hash: undefined, expected: undefined });
    const buffer = Buffer.alloc(INTAKE_BUFFER_BYTES);
    await intake.add(buffer);
    let second = false;
    const waiting = intake.add(buffer)?.then(() => {
      second = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(second).toBe(false);
    writer.release();
    await waiting;
    writer.release();
    await intake.flush();
    expect(writer.content.length).toBe(2 * INTAKE_BUFFER_BYTES);
    await intake.dispose();
  });

  it('passes a write error on at the next step, and only once buffers are idle lets go of them', async () => {
    const writer = new SlowWriter();
    writer.failAt = 1;
    const intake = new ContentIntake({ writer, hash: undefined, expected: undefined });
    await intake.add(Buffer.alloc(INTAKE_BUFFER_BYTES));
    await expect(intake.flush()).rejects.toThrow('made by the test');
    await intake.dispose();
  });
});
