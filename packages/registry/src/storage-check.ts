import { digestAlgorithm, digestSoFar, startHash } from '@berth/oci';
import { Pace } from './pace.ts';
import type { BlobInventory } from './ports/blob-inventory.ts';
import type { BlobStore, SealedEntry, StoredObject } from './ports/blob-store.ts';
import { StorageFailedError, StoredObjectDamagedError, StoredObjectMissingError } from './ports/storage-errors.ts';
import { requireOthersReadable } from './readable.ts';

/** What is wrong with a stored object. */
export interface StorageProblem {
  readonly problem: 'missing' | 'wrong length' | 'wrong content' | 'unreadable' | 'orphan';
  readonly key: string;
  /** Of an orphan it is not known. */
  readonly digest?: string;
  /** `quarantined`: HEAD says 404 and the next push heals it. */
  readonly done: 'reported' | 'quarantined' | 'removed';
}

export interface CheckSummary {
  readonly objects: number;
  readonly bytes: number;
  readonly problems: number;
}

export interface ScrubOptions {
  /** Bytes per second that are read at most. */
  readonly rate: number;
  /** Ends after so many bytes; the next run goes on there. Without it: to the end. */
  readonly budget?: number;
  readonly stopping: AbortSignal;
  found(problem: StorageProblem): void;
  /** After each object. */
  looked?(sum: CheckSummary): void;
}

export interface FsckOptions {
  /** Quarantine what is missing or has the wrong length. */
  readonly mend: boolean;
  /** Remove what nothing knows; only where every blob is there, since else the two may be of different moments. */
  readonly removeOrphans: boolean;
  readonly stopping: AbortSignal;
  found(problem: StorageProblem): void;
  /** After each object. */
  looked?(sum: CheckSummary): void;
}

const PAGE = 500;
/** Younger objects are never orphans: an upload may be about to record them, or the database was restored a moment ago. */
const ORPHAN_AGE_MS = 24 * 60 * 60 * 1000;

/** Compares the storage with what the database believes. Only what is proven wrong is touched, and a storage that fails is not proof. */
export class StorageCheck {
  readonly #inventory: BlobInventory;
  readonly #store: BlobStore;

  constructor(inventory: BlobInventory, store: BlobStore) {
    this.#inventory = inventory;
    this.#store = store;
  }

  /**
   * Reads and hashes every blob from where the last scrub stopped; what is damaged or missing is quarantined, what was quarantined and is
   * right is taken back. Rejects when the storage cannot be read, which says nothing about the blobs.
   */
  async scrub(options: ScrubOptions): Promise<CheckSummary> {
    const { rate, budget = Number.POSITIVE_INFINITY, stopping, found } = options;
    const pace = new Pace(rate);
    let after = await this.#inventory.scrubPosition();
    const sum = { objects: 0, bytes: 0, problems: 0 };
    while (!stopping.aborted && sum.bytes < budget) {
      const page = await this.#inventory.page(after, PAGE);
      for (const { id, object, quarantined } of page) {
        if (stopping.aborted || sum.bytes >= budget) break;
        const problem = await this.#contentProblem(object, pace, stopping);
        // What was read in part is read anew by the next scrub.
        if (stopping.aborted) break;
        if (problem === 'unreadable') {
          // Not hidden: what cannot be read now may be read later. A push replaces it where the client sends without asking; docker asks.
          found({ problem, key: object.key, digest: object.digest, done: 'reported' });
          sum.problems += 1;
        } else if (problem !== undefined && (await this.#isProven(object, problem))) {
          if (!quarantined) await this.#inventory.quarantine(object);
          found({ problem, key: object.key, digest: object.digest, done: 'quarantined' });
          sum.problems += 1;
        } else if (problem === undefined && quarantined) await this.#inventory.release(object);
        sum.objects += 1;
        sum.bytes += object.size;
        after = id;
        options.looked?.(sum);
      }
      const ended = page.length < PAGE && after === (page.at(-1)?.id ?? after);
      await this.#inventory.saveScrubPosition(ended ? 0 : after);
      if (ended) return sum;
    }
    return sum;
  }

  /** Looks whether each blob is there with its length, and whether the storage has objects that nothing knows. Content: {@link scrub}. */
  async fsck(options: FsckOptions): Promise<CheckSummary> {
    const sum = { objects: 0, bytes: 0, problems: 0 };
    for (let after = 0; !options.stopping.aborted; ) {
      const page = await this.#inventory.page(after, PAGE);
      for (const { object } of page) {
        const problem = await this.#lengthProblem(object);
        sum.objects += 1;
        sum.bytes += object.size;
        options.looked?.(sum);
        if (problem === undefined || !(await this.#isProven(object, problem))) continue;
        if (options.mend) await this.#inventory.quarantine(object);
        options.found({ problem, key: object.key, digest: object.digest, done: options.mend ? 'quarantined' : 'reported' });
        sum.problems += 1;
      }
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE) break;
      after = last.id;
    }
    // With blobs missing or none known, database and storage are not of one moment, and what looks like an orphan may be what is missing.
    const trusted = sum.objects > 0 && sum.problems === 0;
    const orphans = await this.#orphans({ ...options, removeOrphans: options.removeOrphans && trusted });
    return { ...sum, problems: sum.problems + orphans };
  }

  async #orphans(options: FsckOptions): Promise<number> {
    const oldest = Date.now() - ORPHAN_AGE_MS;
    let count = 0;
    let waiting: SealedEntry[] = [];
    const settle = async (): Promise<void> => {
      // Asked after the object was seen: its key is recorded before its first byte and until it is gone.
      const known = await this.#inventory.known(waiting.map(({ key }) => key));
      for (const entry of waiting) {
        if (known.has(entry.key)) continue;
        if (options.removeOrphans) await entry.remove();
        options.found({ problem: 'orphan', key: entry.key, done: options.removeOrphans ? 'removed' : 'reported' });
        count += 1;
      }
      waiting = [];
    };
    for await (const entry of this.#store.sealed.list()) {
      if (options.stopping.aborted) break;
      if (entry.storedAt.getTime() < oldest) waiting.push(entry);
      if (waiting.length >= PAGE) await settle();
    }
    await settle();
    return count;
  }

  /** The row may have gone or changed since, and a storage that was unmounted has no objects at all. */
  async #isProven(object: StoredObject, problem: StorageProblem['problem']): Promise<boolean> {
    if (problem === 'missing') await this.#store.check();
    return this.#inventory.isCurrent(object);
  }

  async #lengthProblem(object: StoredObject): Promise<StorageProblem['problem'] | undefined> {
    try {
      const stored = await this.#store.sealed.stat(object);
      if (stored === undefined) return 'missing';
      return stored === object.size ? undefined : 'wrong length';
    } catch (error) {
      return problemOf(error);
    }
  }

  async #contentProblem(object: StoredObject, pace: Pace, stopping: AbortSignal): Promise<StorageProblem['problem'] | undefined> {
    const algorithm = digestAlgorithm(object.digest);
    const hash = startHash(algorithm);
    try {
      const reader = await this.#store.sealed.open(object);
      await reader.copyTo(async (chunk) => {
        // A large blob takes many minutes at this pace: no server waits for its end to stop.
        stopping.throwIfAborted();
        hash.update(chunk);
        await pace.took(chunk.length);
      });
    } catch (error) {
      if (stopping.aborted) return undefined;
      if (!(error instanceof StorageFailedError)) return problemOf(error);
      await requireOthersReadable(error, this.#store);
      return 'unreadable';
    }
    return digestSoFar(hash, algorithm) === object.digest ? undefined : 'wrong content';
  }
}

/** Anything else is a failure of the storage, not of the object. */
function problemOf(error: unknown): StorageProblem['problem'] {
  if (error instanceof StoredObjectMissingError) return 'missing';
  if (error instanceof StoredObjectDamagedError) return 'wrong length';
  throw error;
}
