import { say } from '@berth/oci';
import { refused } from './archive-refused-error.ts';
import { LIMITS } from './limits.ts';

const FRAME_MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;
const MAX_HEADER = 18;

/**
 * Walks along zstd data (RFC 8878) without decompressing it and refuses a frame whose window is too large, before a decompressor sees the
 * header and reserves that much memory.
 */
export class ZstdFrames {
  /** Bytes to pass before the next header, whatever they hold. */
  #skip = 0;
  #inFrame = false;
  #lastBlock = false;
  #checksum = false;
  #held = Buffer.alloc(0);

  /** Throws ArchiveRefusedError. */
  watch(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      const passed = Math.min(this.#skip, chunk.length - at);
      this.#skip -= passed;
      at += passed;
      if (this.#skip > 0 || at === chunk.length) return;
      const header = Buffer.concat([this.#held, chunk.subarray(at, at + MAX_HEADER - this.#held.length)]);
      const used = this.#inFrame ? this.#blockHeader(header) : this.#frameHeader(header);
      if (used === undefined) {
        at += header.length - this.#held.length;
        this.#held = header;
      } else {
        at += used - this.#held.length;
        this.#held = Buffer.alloc(0);
      }
    }
  }

  /** Bytes of the header, or undefined while it is not whole. */
  #frameHeader(bytes: Buffer): number | undefined {
    if (bytes.length < 8) return undefined;
    const magic = bytes.readUInt32LE(0);
    if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE_MAGIC) {
      this.#skip = bytes.readUInt32LE(4);
      return 8;
    }
    if (magic !== FRAME_MAGIC)
      throw refused(say('archive-zstd-frames')`The archive is damaged: its zstd data has something else between two frames.`, {
        reason: 'not a tar',
      });
    const flags = bytes.readUInt8(4);
    const single = (flags & 0x20) !== 0;
    const dictionary = [0, 1, 2, 4][flags & 3] ?? 0;
    const sizeBytes = flags >> 6 === 0 ? Number(single) : 1 << (flags >> 6);
    const length = 5 + Number(!single) + dictionary + sizeBytes;
    if (bytes.length < length) return undefined;
    const window = single ? contentSize(bytes.subarray(length - sizeBytes, length)) : windowSize(bytes.readUInt8(5));
    if (window > LIMITS.zstdWindow)
      throw refused(
        say(
          'archive-zstd-window',
        )`The archive was compressed with a zstd window of ${{ size: window }} bytes; at most ${{ most: LIMITS.zstdWindow }} are taken. Compress it again without --long.`,
        { reason: 'compression' },
      );
    this.#inFrame = true;
    this.#checksum = (flags & 4) !== 0;
    return length;
  }

  #blockHeader(bytes: Buffer): number | undefined {
    if (this.#lastBlock) {
      this.#inFrame = false;
      this.#lastBlock = false;
      if (!this.#checksum) return 0;
      this.#skip = 4;
      return 0;
    }
    if (bytes.length < 3) return undefined;
    const header = bytes.readUIntLE(0, 3);
    this.#lastBlock = (header & 1) === 1;
    // A run of one byte is stored as that byte.
    this.#skip = ((header >> 1) & 3) === 1 ? 1 : header >> 3;
    return 3;
  }
}

function windowSize(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}

function contentSize(bytes: Buffer): number {
  if (bytes.length === 8) return Number(bytes.readBigUInt64LE(0));
  return bytes.readUIntLE(0, bytes.length) + (bytes.length === 2 ? 256 : 0);
}
