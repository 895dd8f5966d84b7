import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { BlobReader, BlobStore, StoredObject } from '../ports/blob-store.ts';
import type { FileFacts, LayerIndexes, UnreadLayer } from '../ports/layer-indexes.ts';
import { StoredObjectDamagedError, StoredObjectMissingError } from '../ports/storage-errors.ts';
import { LayerListing, LayerUnreadableError } from './layer-listing.ts';

/** An entry of a layer as its tar has it. */
export interface LayerEntry {
  readonly path: string;
  readonly type: 'file' | 'directory' | 'symlink' | 'hardlink' | 'device' | 'fifo';
  readonly size: number;
  readonly mode: number;
  readonly target?: string;
  content(): AsyncIterable<Buffer>;
}

/** Takes layers apart; rejects with {@link LayerUnreadableError} for what is none. */
export type ReadLayer = (bytes: AsyncIterable<Buffer>) => AsyncIterable<LayerEntry>;
/** The bytes of a stored object, each chunk the reader's own. */
export type PullBytes = (reader: BlobReader) => AsyncIterable<Buffer>;

export interface LayerIndexerPorts {
  readonly indexes: LayerIndexes;
  readonly blobStore: BlobStore;
  readonly readLayer: ReadLayer;
  readonly pull: PullBytes;
}

/** Rows of one statement, by what is in them. */
const PART = 4_000;
const WRITE_EVERY_MS = 500;
const LONGEST_MS = 15 * 60_000;
/** Bytes after which other work of the process has a turn. */
const TURN_BYTES = 1024 * 1024;
/** Characters of a hash that are kept: 48 bits. */
const HASH_LENGTH = 8;
const KEPT_DAYS = 30;
const TRIMMED_AT_ONCE = 20;

/** Reads what is in layers that people asked about, one at a time. */
export class LayerIndexer {
  readonly #ports: LayerIndexerPorts;

  constructor(ports: LayerIndexerPorts) {
    this.#ports = ports;
  }

  /** Reads one layer that waits; for a job. What was begun when `stopping` comes begins anew elsewhere. */
  async work(stopping: AbortSignal): Promise<{ readonly more: boolean }> {
    const { indexes } = this.#ports;
    const layer = await indexes.take();
    if (layer === undefined) return { more: (await indexes.trim(KEPT_DAYS, TRIMMED_AT_ONCE)) === TRIMMED_AT_ONCE };
    try {
      await this.#read(layer, stopping);
    } catch (error) {
      if (error instanceof LayerUnreadableError) await indexes.refuse(layer.blobId, error.problem);
      else if (error instanceof StoredObjectMissingError || error instanceof StoredObjectDamagedError)
        await indexes.refuse(layer.blobId, 'damaged');
      else if (!(error instanceof GivenUpError)) throw error;
    }
    return { more: true };
  }

  async #read({ blobId, object }: UnreadLayer, stopping: AbortSignal): Promise<void> {
    const { indexes, readLayer } = this.#ports;
    const listing = new LayerListing();
    const pace = new Pace(async (bytes) => {
      if (stopping.aborted || !(await indexes.progress(blobId, bytes))) throw new GivenUpError();
    });
    for await (const entry of readLayer(this.#counted(object, pace))) {
      listing.add(entry.path, await factsOf(entry, pace));
      await pace.turn(512);
    }
    for (const part of listing.parts(PART)) {
      await indexes.add(blobId, part);
      await pace.turn(TURN_BYTES);
    }
    await indexes.finish(blobId, listing.entries);
  }

  async *#counted(object: StoredObject, pace: Pace): AsyncGenerator<Buffer> {
    const reader = await this.#ports.blobStore.sealed.open(object);
    for await (const chunk of this.#ports.pull(reader)) {
      pace.read(chunk.length);
      yield chunk;
    }
  }
}

/** The layer is gone, another reader has it, or the process ends. */
class GivenUpError extends Error {
  override readonly name = 'GivenUpError';
}

async function factsOf(entry: LayerEntry, pace: Pace): Promise<FileFacts> {
  const { type: kind, size, mode, target } = entry;
  if (kind !== 'file') return { kind, size: 0, mode, ...(target === undefined ? {} : { target: target.slice(0, 4096) }) };
  const hash = createHash('sha256');
  for await (const chunk of entry.content()) {
    hash.update(chunk);
    await pace.turn(chunk.length);
  }
  return { kind, size, mode, hash: hash.digest('base64url').slice(0, HASH_LENGTH) };
}

/** Tells how far it is now and then, lets others have their turn, and ends what takes too long. */
class Pace {
  readonly #tell: (bytes: number) => Promise<void>;
  readonly #begun = performance.now();
  #told = performance.now();
  #bytes = 0;
  #sinceTurn = 0;

  constructor(tell: (bytes: number) => Promise<void>) {
    this.#tell = tell;
  }

  read(bytes: number): void {
    this.#bytes += bytes;
  }

  async turn(work: number): Promise<void> {
    this.#sinceTurn += work;
    if (this.#sinceTurn < TURN_BYTES) return;
    this.#sinceTurn = 0;
    await nextTurn();
    const now = performance.now();
    if (now - this.#begun > LONGEST_MS) throw new LayerUnreadableError('too long');
    if (now - this.#told < WRITE_EVERY_MS) return;
    this.#told = now;
    await this.#tell(this.#bytes);
  }
}
