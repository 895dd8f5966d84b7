import { createGunzip } from 'node:zlib';
import { say } from '@berth/oci';
import { Decompress } from 'fzstd';
import { ArchiveRefusedError, refused } from './archive-refused-error.ts';
import { LIMITS } from './limits.ts';
import { closed, drained } from './stream-waits.ts';
import { ZstdFrames } from './zstd-frames.ts';

export type Compression = 'none' | 'gzip' | 'zstd';

const MAGIC: readonly { readonly bytes: Buffer; readonly is: Compression | 'xz' | 'bzip2' }[] = [
  { bytes: Buffer.from([0x1f, 0x8b]), is: 'gzip' },
  { bytes: Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), is: 'zstd' },
  { bytes: Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]), is: 'xz' },
  { bytes: Buffer.from('BZh'), is: 'bzip2' },
];
const LONGEST_MAGIC = 6;
/** Four bytes of zstd can stand for 128 KiB: so many are given at once that what they stand for, and is held until it is taken, stays at 8 MiB. */
const ZSTD_SLICE = 256;

/** By the first bytes; six are enough. */
export function compressionOf(head: Buffer): Compression | 'xz' | 'bzip2' {
  return MAGIC.find(({ bytes }) => head.subarray(0, bytes.length).equals(bytes))?.is ?? 'none';
}

/** The tar behind whatever compression the first bytes tell of. Rejects with ArchiveRefusedError for one that is not known, and for a bomb. */
export async function* decompressed(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const { head, whole } = await peek(source);
  const compression = compressionOf(head);
  if (compression === 'none') yield* whole;
  else if (compression === 'gzip') yield* gunzipped(whole);
  else if (compression === 'zstd') yield* unzstd(whole);
  else
    throw refused(
      say('archive-compression')`The archive is compressed with ${{ compression }}: only gzip and zstd are taken. Decompress it first.`,
      {
        reason: 'compression',
      },
    );
}

async function peek(source: AsyncIterable<Buffer>): Promise<{ head: Buffer; whole: AsyncGenerator<Buffer> }> {
  const chunks = source[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  while (head.length < LONGEST_MAGIC) {
    const next = await chunks.next();
    if (next.done === true) break;
    head = head.length === 0 ? Buffer.from(next.value) : Buffer.concat([head, next.value]);
  }
  return { head, whole: joined(head, chunks) };
}

async function* joined(head: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  try {
    if (head.length > 0) yield head;
    for (;;) {
      const next = await rest.next();
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await rest.return?.();
  }
}

/** Refuses what grows beyond all reason. */
class Expansion {
  #packed = 0;
  #unpacked = 0;

  packed(bytes: number): void {
    this.#packed += bytes;
  }

  unpacked(bytes: number): void {
    this.#unpacked += bytes;
    const { free, ratio } = LIMITS.expansion;
    if (this.#unpacked > free + ratio * this.#packed)
      throw refused(
        say(
          'archive-expands',
        )`The archive is ${{ size: this.#packed }} bytes so far and unpacks to more than ${{ times: ratio }} times as much. Decompress it first if that is right.`,
        { reason: 'bomb' },
      );
  }
}

async function* gunzipped(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const expansion = new Expansion();
  const gunzip = createGunzip();
  const feeding = feed(source, gunzip, expansion);
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      expansion.unpacked(chunk.length);
      yield chunk;
    }
  } catch (error) {
    if (error instanceof ArchiveRefusedError || !isZlibError(error)) throw error;
    throw refused(say('archive-gzip')`The archive is damaged or cut short: its gzip data cannot be unpacked.`, {
      cause: error,
      reason: 'not a tar',
    });
  } finally {
    gunzip.destroy();
    await feeding;
  }
}

/** Never rejects: what goes wrong with the source is what reading from `gunzip` rejects with. */
async function feed(source: AsyncIterable<Buffer>, gunzip: ReturnType<typeof createGunzip>, expansion: Expansion): Promise<void> {
  const gone = closed(gunzip);
  try {
    for await (const chunk of source) {
      expansion.packed(chunk.length);
      if (gunzip.destroyed) return;
      if (!gunzip.write(chunk)) await drained(gunzip, gone);
    }
    gunzip.end();
  } catch (error) {
    gunzip.destroy(error as Error);
  }
}

function isZlibError(error: unknown): boolean {
  return String((error as { code?: unknown } | null)?.code).startsWith('Z_');
}

async function* unzstd(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const expansion = new Expansion();
  const frames = new ZstdFrames();
  let ready: Buffer[] = [];
  const zstd = new Decompress((chunk) => {
    expansion.unpacked(chunk.length);
    ready.push(Buffer.from(chunk));
  });
  const push = (bytes: Buffer, final: boolean): Buffer[] => {
    try {
      zstd.push(bytes, final);
    } catch (error) {
      if (error instanceof ArchiveRefusedError) throw error;
      throw refused(say('archive-zstd')`The archive is damaged or cut short: its zstd data cannot be unpacked.`, {
        cause: error,
        reason: 'not a tar',
      });
    }
    const unpacked = ready;
    ready = [];
    return unpacked;
  };
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length; at += ZSTD_SLICE) {
      const slice = Buffer.from(chunk.subarray(at, at + ZSTD_SLICE));
      frames.watch(slice);
      expansion.packed(slice.length);
      yield* push(slice, false);
    }
  }
  yield* push(Buffer.alloc(0), true);
}
