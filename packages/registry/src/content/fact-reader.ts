import type { BlobStore, StoredObject } from '../ports/blob-store.ts';
import type { FactSource, ManifestFactRecords, ManifestFacts } from '../ports/manifest-facts.ts';
import { StoredObjectDamagedError, StoredObjectMissingError } from '../ports/storage-errors.ts';
import type { TroubleReport } from '../trouble.ts';
import { Pace } from '../pace.ts';
import { requireOthersReadable } from '../readable.ts';
import { MAX_CONFIG_BYTES, manifestFacts } from './manifest-facts.ts';
import type { RecentConfigs } from './recent-configs.ts';

export interface FactReaderPorts {
  readonly records: ManifestFactRecords;
  readonly blobStore: BlobStore;
  /** What was pushed through this process a moment ago; undefined where only the storage is asked. */
  readonly recentConfigs?: RecentConfigs;
  readonly report: TroubleReport;
}

/** Configs that are read at the same time. */
const PARALLEL = 8;
/** By the job, of one process: faster than images are pushed, and not all of a minute's at once beside the pushes of the next. */
const READ_PER_SECOND = 200;

/** Reads what lists show out of manifests and configs, once. A job reads what was pushed; a list that comes sooner reads its own page. */
export class FactReader {
  readonly #ports: FactReaderPorts;
  readonly #pace = new Pace(READ_PER_SECOND);

  constructor(ports: FactReaderPorts) {
    this.#ports = ports;
  }

  /** Facts of a page's contents, now kept. */
  async read(contentIds: readonly number[]): Promise<ReadonlyMap<number, ManifestFacts>> {
    if (contentIds.length === 0) return new Map();
    const sources = await this.#ports.records.sources(contentIds, MAX_CONFIG_BYTES);
    const facts = new Map<number, ManifestFacts>();
    for (let start = 0; start < sources.length; start += PARALLEL) {
      await Promise.all(
        sources.slice(start, start + PARALLEL).map(async (source) => {
          const read = await this.#factsOf(source);
          if (read !== undefined) facts.set(source.contentId, read);
        }),
      );
    }
    if (facts.size > 0) await this.#ports.records.save(facts);
    return facts;
  }

  /** One bounded batch for a job. */
  async work(limit: number): Promise<{ readonly more: boolean }> {
    const pending = await this.#ports.records.pending(limit);
    await this.read(pending);
    if (pending.length === limit) await this.#pace.took(pending.length);
    return { more: pending.length === limit };
  }

  /** undefined, to be tried again, when this one config cannot be read: a bad sector must not cost a whole list, or the facts of all others. */
  async #factsOf({ bytes, mediaType, config }: FactSource): Promise<ManifestFacts | undefined> {
    try {
      return manifestFacts(bytes, mediaType, config === undefined ? undefined : await this.#bytesOf(config));
    } catch (error) {
      await requireOthersReadable(error, this.#ports.blobStore);
      this.#ports.report(error, 'reading a config for lists');
      return undefined;
    }
  }

  /** undefined when the bytes are damaged: the manifest is shown without them, and the next pull tells its client. */
  async #bytesOf(object: StoredObject): Promise<Buffer | undefined> {
    const recent = this.#ports.recentConfigs?.take(object.digest);
    if (recent !== undefined) return recent;
    try {
      return await readObject(this.#ports.blobStore, object);
    } catch (error) {
      if (!(error instanceof StoredObjectMissingError || error instanceof StoredObjectDamagedError)) throw error;
      this.#ports.report(error, 'reading a config for lists');
      return undefined;
    }
  }
}

/** The whole of a small object. The caller has looked at its size. */
export async function readObject(blobStore: BlobStore, object: StoredObject): Promise<Buffer> {
  const reader = await blobStore.sealed.open(object);
  const chunks: Buffer[] = [];
  await reader.copyTo(async (chunk) => void chunks.push(Buffer.from(chunk)));
  return Buffer.concat(chunks);
}
