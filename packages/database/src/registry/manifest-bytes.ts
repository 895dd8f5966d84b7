import type { Digest } from '@berth/oci';
import { inMemoryOfItsOwn } from '@berth/registry';
import type { Knex } from 'knex';
import { LRUCache } from 'lru-cache';
import { rowsOf } from '../transactions.ts';

/** Enough for some ten thousand image manifests. */
const DEFAULT_CACHE_BYTES = 32 * 1024 * 1024;
/** Of an entry besides its bytes: the buffer's objects, the digest, its place in the cache. */
const ENTRY_BYTES = 500;

/**
 * Manifest bytes by digest: they never change, so they may be cached (law 6). Whether a repository has the manifest is never asked here.
 */
export class ManifestBytes {
  readonly #knex: Knex;
  readonly #cache: LRUCache<Digest, Buffer>;

  constructor(knex: Knex, cacheBytes = DEFAULT_CACHE_BYTES) {
    this.#knex = knex;
    this.#cache = new LRUCache({ maxSize: cacheBytes, sizeCalculation: (bytes) => bytes.length + ENTRY_BYTES });
  }

  cached(digest: Digest): Buffer | undefined {
    return this.#cache.get(digest);
  }

  /** undefined when the content was deleted since its id was read. Not on the lookup connection: four megabytes would hold up the others. */
  async read(digest: Digest, contentId: number): Promise<Buffer | undefined> {
    const rows = await rowsOf<{ bytes: Buffer }>(this.#knex, 'select bytes from manifest_contents where id = ?', [contentId]);
    const bytes = rows[0]?.bytes;
    if (bytes === undefined) return undefined;
    const own = inMemoryOfItsOwn(bytes);
    this.#cache.set(digest, own);
    return own;
  }
}
