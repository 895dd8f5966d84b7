import { createHash } from 'node:crypto';
import { BackupError } from './backup-error.ts';
import type { PartStream } from './contents.ts';
import type { Envelopes } from './envelope.ts';
import type { Place } from './place.ts';

/** Of the format: a part of a blob but the last has so many bytes. Bounds what one holds in memory. */
export const PART_BYTES = 8 * 1024 * 1024;
const LINE_END = 10;

/** Cuts what is written to it into parts of {@link PART_BYTES}. The last one is put by `finish` only: with it a stream is complete. */
export class PartCutter {
  readonly #put: (part: number, content: Buffer) => Promise<void>;
  readonly #buffer: Buffer;
  #filled = 0;
  #parts = 0;

  /** `bytes`: as many as will come at most, where that is known. */
  constructor(put: (part: number, content: Buffer) => Promise<void>, bytes = PART_BYTES) {
    this.#put = put;
    this.#buffer = Buffer.allocUnsafe(Math.max(1, Math.min(bytes, PART_BYTES)));
  }

  /** Resolves when `chunk` may be reused. */
  async write(chunk: Buffer): Promise<void> {
    for (let at = 0; at < chunk.length; ) {
      if (this.#filled === this.#buffer.length) await this.#flush();
      const copied = chunk.copy(this.#buffer, this.#filled, at);
      this.#filled += copied;
      at += copied;
    }
  }

  /** Puts the last part, which may be empty, and answers how many there are. */
  async finish(): Promise<number> {
    await this.#flush();
    return this.#parts;
  }

  async #flush(): Promise<void> {
    const content = this.#buffer.subarray(0, this.#filled);
    this.#filled = 0;
    this.#parts += 1;
    await this.#put(this.#parts - 1, content);
  }
}

/** An empty blob has one, empty part. */
export function partCount(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / PART_BYTES));
}

export interface SealedPlace {
  readonly place: Place;
  readonly envelopes: Envelopes;
}

/** Lines of text under `<name>.<number>`. */
export async function writeStream({ place, envelopes }: SealedPlace, name: string, content: AsyncIterable<Buffer>): Promise<PartStream> {
  const hash = createHash('sha256');
  let [bytes, rows] = [0, 0];
  const cutter = new PartCutter(async (part, piece) => place.put(`${name}.${part}`, envelopes.seal(`${name}.${part}`, piece)));
  for await (const chunk of content) {
    hash.update(chunk);
    bytes += chunk.length;
    for (let at = chunk.indexOf(LINE_END); at >= 0; at = chunk.indexOf(LINE_END, at + 1)) rows += 1;
    await cutter.write(chunk);
  }
  const parts = bytes === 0 ? 0 : await cutter.finish();
  return { parts, bytes, rows, sha256: hash.digest('hex') };
}

/** What {@link writeStream} was given. Throws {@link BackupError} where it is not whole; its end is checked last. */
export async function* readStream({ place, envelopes }: SealedPlace, name: string, stream: PartStream): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  let bytes = 0;
  for (let part = 0; part < stream.parts; part += 1) {
    const content = envelopes.open(`${name}.${part}`, await place.get(`${name}.${part}`));
    hash.update(content);
    bytes += content.length;
    yield content;
  }
  if (bytes !== stream.bytes || hash.digest('hex') !== stream.sha256) throw new BackupError(`${name} is damaged or was altered.`);
}

/** The lines of {@link readStream}, without their ends. */
export async function* readLines(sealed: SealedPlace, name: string, stream: PartStream): AsyncGenerator<string> {
  let rest = '';
  for await (const content of readStream(sealed, name, stream)) {
    const lines = (rest + content.toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') throw new BackupError(`${name} is damaged: its last line is cut.`);
}
