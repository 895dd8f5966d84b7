import type { BlobReader, ByteRange, SealedBlobs, SealedEntry, StorageKey, StoredObject } from '@berth/registry';
import { LRUCache } from 'lru-cache';
import { pages } from './pages.ts';
import { RemoveBatches } from './remove-batches.ts';
import { S3Reader } from './s3-reader.ts';
import { KEY_SHAPE } from './s3-names.ts';
import type { S3Parts } from './s3-writer.ts';

/** Many machines pull the same layers at the same time, and signing costs more than looking a layer up. */
const URLS_KEPT = 5000;
/** Of the time for which a URL is good. Whoever is given a kept one has the rest, which is still far more than following it takes. */
const KEPT_FOR = 1 / 4;

/** Sealed objects on S3. */
export class S3Sealed implements SealedBlobs {
  readonly #parts: S3Parts;
  readonly #redirect: boolean;
  readonly #removals: RemoveBatches;
  readonly #urls = new LRUCache<string, string>({ max: URLS_KEPT });

  constructor(parts: S3Parts, redirect: boolean) {
    this.#parts = parts;
    this.#redirect = redirect;
    this.#removals = new RemoveBatches(parts.calls);
  }

  async stat(object: StoredObject): Promise<number | undefined> {
    return this.#parts.calls.size(this.#parts.names.object(object.key));
  }

  async open(object: StoredObject, range?: ByteRange): Promise<BlobReader> {
    const start = range?.start ?? 0;
    const end = range === undefined ? object.size : range.end + 1;
    if (start < 0 || end > object.size || start > end) {
      throw new RangeError(`Bytes ${start} to ${end - 1} are not all inside an object of ${object.size} bytes.`);
    }
    const name = this.#parts.names.object(object.key);
    return S3Reader.open(this.#parts.calls, { name, total: object.size, start, length: end - start });
  }

  async *list(): AsyncGenerator<SealedEntry> {
    const { calls, names } = this.#parts;
    for await (const { name, storedAt } of pages((after) => calls.objects(names.objects, after))) {
      const key = name.slice(name.lastIndexOf('/') + 1) as StorageKey;
      if (KEY_SHAPE.test(key)) yield { key, storedAt, remove: () => this.#removals.remove(name) };
    }
  }

  async presign(object: StoredObject, seconds: number): Promise<string | undefined> {
    if (!this.#redirect) return undefined;
    const name = this.#parts.names.object(object.key);
    const what = `${seconds} ${name}`;
    const kept = this.#urls.get(what);
    if (kept !== undefined) return kept;
    const url = await this.#parts.calls.presign(name, seconds);
    this.#urls.set(what, url, { ttl: seconds * 1000 * KEPT_FOR });
    return url;
  }

  async remove(object: StoredObject): Promise<void> {
    await this.#parts.calls.remove(this.#parts.names.object(object.key));
  }

  removeAll(objects: readonly StoredObject[]): Promise<PromiseSettledResult<void>[]> {
    return Promise.allSettled(objects.map(async (object) => this.#removals.remove(this.#parts.names.object(object.key))));
  }
}
