import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ArchiveRefusedError } from './archive-refused-error.ts';
import { decompressed } from './decompressed.ts';
import { LIMITS } from './limits.ts';
import { collect, inPieces } from './testing/made-archives.ts';

const MAGIC = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
const BLOCK = 128 * 1024;

function block(last: boolean, type: 'raw' | 'run', size: number): Buffer {
  const header = Buffer.alloc(3);
  header.writeUIntLE(Number(last) | ((type === 'raw' ? 0 : 1) << 1) | (size << 3), 0, 3);
  return header;
}

/** A zstd frame (RFC 8878) whose blocks hold their bytes as they are, with a window of 128 KiB. */
function frame(content: Buffer): Buffer {
  const blocks: Buffer[] = [];
  for (let at = 0; at === 0 || at < content.length; at += BLOCK) {
    const part = content.subarray(at, at + BLOCK);
    blocks.push(block(at + BLOCK >= content.length, 'raw', part.length), part);
  }
  return Buffer.concat([MAGIC, Buffer.from([0, (17 - 10) << 3]), ...blocks]);
}

function skippable(bytes: number): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32LE(0x184d2a50, 0);
  header.writeUInt32LE(bytes, 4);
  return Buffer.concat([header, Buffer.alloc(bytes, 0xff)]);
}

async function unpacked(bytes: Buffer, piece: number): Promise<Buffer> {
  return Buffer.concat(await collect(decompressed(inPieces(bytes, piece))));
}

const content = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251));

describe('what is unpacked', () => {
  it.each([1, 7, 4096, 1_000_000])('zstd of several frames, in pieces of %i bytes', async (piece) => {
    const some = piece === 1 ? content.subarray(0, 2000) : content;
    const bytes = Buffer.concat([frame(some), skippable(11), frame(Buffer.from('second'))]);
    expect((await unpacked(bytes, piece)).equals(Buffer.concat([some, Buffer.from('second')]))).toBe(true);
  });

  it.each([1, 4096])('gzip, in pieces of %i bytes', async (piece) => {
    const some = content.subarray(0, 5000);
    expect((await unpacked(gzipSync(some), piece)).equals(some)).toBe(true);
  });

  it('nothing, and less than a magic number', async () => {
    expect(await unpacked(Buffer.alloc(0), 10)).toEqual(Buffer.alloc(0));
    expect((await unpacked(Buffer.from('ab'), 1)).toString()).toBe('ab');
  });
});

/** Four bytes that stand for 128 KiB. */
const run = Buffer.concat([block(false, 'run', BLOCK), Buffer.from([0])]);

it('holds little of what a few bytes of zstd stand for', async () => {
  const small = Buffer.concat([MAGIC, Buffer.from([0, (17 - 10) << 3]), ...Array.from({ length: 1000 }, () => run)]);
  const before = process.memoryUsage().arrayBuffers;
  const reading = decompressed(inPieces(small, 1_000_000));
  expect((await reading.next()).value).toHaveLength(BLOCK);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1024 * 1024);
  await reading.return(undefined);
});

describe('what is refused', () => {
  it.each([
    ['in the window descriptor', Buffer.from([0, 0xff])],
    ['as the size of a single segment', Buffer.from([0xe0, 0, 0, 0, 0, 1, 0, 0, 0])],
  ])('a zstd window that would take all memory, told %s, also of a later frame', async (_how, header) => {
    const bad = Buffer.concat([MAGIC, header, block(true, 'raw', 1), Buffer.from('x')]);
    for (const bytes of [bad, Buffer.concat([frame(Buffer.from('first')), bad])]) {
      const unpacking = unpacked(bytes, 5);
      await expect(unpacking).rejects.toThrow(ArchiveRefusedError);
      await expect(unpacking).rejects.toThrow(/window/);
    }
  });

  it('a zstd bomb, before it takes memory', async () => {
    const blocks = Math.ceil(LIMITS.expansion.free / BLOCK) + 400;
    const bomb = Buffer.concat([MAGIC, Buffer.from([0, (17 - 10) << 3]), ...Array.from({ length: blocks }, () => run)]);
    let most = 0;
    const reading = (async () => {
      for await (const chunk of decompressed(inPieces(bomb, 1_000_000))) most = Math.max(most, chunk.length);
    })();
    await expect(reading).rejects.toThrow(/unpacks to/);
    expect(most).toBeLessThanOrEqual(BLOCK);
  });

  it('zstd that is damaged or cut short', async () => {
    const bytes = frame(content);
    await expect(unpacked(bytes.subarray(0, bytes.length - 10), 4096)).rejects.toThrow(/damaged or cut short/);
    await expect(unpacked(Buffer.concat([bytes, Buffer.from('something else')]), 4096)).rejects.toThrow(/damaged/);
  });
});
