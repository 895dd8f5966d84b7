import type { Digest } from '@berth/oci';
import { LRUCache } from 'lru-cache';
import { inMemoryOfItsOwn } from '../own-memory.ts';

/** Image configs have some ten thousand bytes. */
const MAX_CONFIG_BYTES = 64 * 1024;
const MAX_KEPT_BYTES = 8 * 1024 * 1024;
/** Of an entry besides its bytes: the buffer's objects, the digest, its place. */
const ENTRY_BYTES = 500;
const BRACE = '{'.charCodeAt(0);

/** Collects one upload's bytes for {@link RecentConfigs}, for as long as they may be a config. */
export interface ConfigCopy {
  add(chunk: Buffer): void;
  /** All of it was added and has this digest. */
  keep(digest: Digest): void;
}

/**
 * Bytes of what was uploaded lately and may be a config, by digest, until somebody takes them: to read what an image pushed a moment ago
 * says of itself, the storage need not be asked. Which repository has it is never asked here, and what is not here is read from the storage.
 */
export class RecentConfigs {
  readonly #kept = new LRUCache<Digest, Buffer>({ maxSize: MAX_KEPT_BYTES, sizeCalculation: (bytes) => bytes.length + ENTRY_BYTES });

  /** `bytes` to come, where announced. undefined when that is more than a config has. */
  copy(bytes: number | undefined): ConfigCopy | undefined {
    if (bytes !== undefined && bytes > MAX_CONFIG_BYTES) return undefined;
    let chunks: Buffer[] | undefined = [];
    let length = 0;
    return {
      add: (chunk) => {
        if (chunks === undefined || chunk.length === 0) return;
        const looksRight = length > 0 || chunk[0] === BRACE;
        length += chunk.length;
        if (looksRight && length <= MAX_CONFIG_BYTES) chunks.push(Buffer.from(chunk));
        else chunks = undefined;
      },
      keep: (digest) => {
        if (chunks !== undefined && length > 0) this.#kept.set(digest, inMemoryOfItsOwn(Buffer.concat(chunks)));
      },
    };
  }

  /** Once: whoever asks keeps what it reads in them. */
  take(digest: Digest): Buffer | undefined {
    const bytes = this.#kept.get(digest);
    this.#kept.delete(digest);
    return bytes;
  }
}
