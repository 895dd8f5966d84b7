import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';

const BLOCK = 1024 * 1024;

/**
 * Bytes that are cheap to make and never the same twice: one random megabyte, repeated, with a counter at the head of each block.
 * The seed makes two of the same size differ.
 */
export class LargeContent {
  readonly size: number;
  readonly #block: Buffer;

  constructor(size: number, seed: Buffer = randomBytes(16)) {
    this.size = size;
    this.#block = randomBytes(BLOCK);
    seed.copy(this.#block, 8);
  }

  *blocks(): Generator<Buffer> {
    let left = this.size;
    for (let index = 0; left > 0; index += 1) {
      const block = Buffer.from(this.#block);
      block.writeBigUInt64BE(BigInt(index), 0);
      yield left < BLOCK ? block.subarray(0, left) : block;
      left -= BLOCK;
    }
  }

  stream(): Readable {
    return Readable.from(this.blocks(), { objectMode: false, highWaterMark: BLOCK });
  }

  digest(): string {
    const hash = createHash('sha256');
    for (const block of this.blocks()) hash.update(block);
    return `sha256:${hash.digest('hex')}`;
  }
}

export function sha256(bytes: Uint8Array | string): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
