import type { Digest } from '@berth/oci';
import { Pace } from './pace.ts';
import {
  type CollectedBlob,
  type ContentUse,
  type GarbageBacklog,
  type GarbageNumbers,
  type GarbagePolicy,
  type GarbageRecords,
  SWEEP_START,
  type SweepOptions,
  type SweepPosition,
  type UntaggedManifest,
} from './ports/garbage-records.ts';

/** Small enough that a push which needs one of the locked rows does not notice. */
const BATCH = 250;
/** In one process. Leaves the database to pushes and pulls for most of the time, and is far more than anybody deletes. */
const COLLECTED_PER_SECOND = 2300;
const SWEEP_PAGE = 2000;
/** What `why` tells of each kind of reason. */
const MAX_REASONS = 100;
/** Whoever reads events does so within seconds; a week is for one that was broken. */
const EVENT_SECONDS = 7 * 24 * 60 * 60;
const EVENT_BATCH = 5000;

export interface Collected {
  readonly links: number;
  readonly blobs: number;
  /** Of the blobs: nothing else had them, so this is what becomes free. */
  readonly bytes: number;
  readonly manifests: number;
}

/**
 * Told of each batch and page as a run goes, also of those that let nothing go: to look at millions of rows takes longer than a run may be
 * without a sign of life. May reject, which ends the run.
 */
export interface CollectionWatcher {
  blobs?(blobs: readonly CollectedBlob[], links: number): Promise<void>;
  manifests?(manifests: readonly UntaggedManifest[]): Promise<void>;
}

/**
 * Online collection: beside pushes and pulls, by any number of processes. What is garbage is decided by the rows alone, under locks, in one
 * transaction with the deletion; nothing remembered decides (law 5).
 */
export class Collector {
  readonly #records: GarbageRecords;
  /** Of all runs of this process together. */
  readonly #pace = new Pace(COLLECTED_PER_SECOND);

  constructor(records: GarbageRecords) {
    this.#records = records;
  }

  /** Works through what deletions queued, until nothing is due. */
  async collect(stopping: AbortSignal, watcher: CollectionWatcher = {}): Promise<Collected> {
    let total = NOTHING;
    while (!stopping.aborted && !(await this.#records.policy()).paused) {
      const batch = await this.#records.collect(BATCH);
      total = {
        ...total,
        links: total.links + batch.links,
        blobs: total.blobs + batch.blobs.length,
        bytes: batch.blobs.reduce((sum, { size }) => sum + size, total.bytes),
      };
      await watcher.blobs?.(batch.blobs, batch.links);
      if (!batch.more) break;
      await this.#pace.took(BATCH);
    }
    return total;
  }

  /** Looks at everything for what no deletion queued, then collects it. */
  async sweep(stopping: AbortSignal, watcher: CollectionWatcher = {}, options: SweepOptions = {}): Promise<Collected> {
    let position: SweepPosition | undefined = SWEEP_START;
    let manifests = 0;
    while (position !== undefined && !stopping.aborted && !(await this.#records.policy()).paused) {
      const page = await this.#records.sweep(position, SWEEP_PAGE, options);
      manifests += page.manifests.length;
      await watcher.manifests?.(page.manifests);
      position = page.next;
    }
    const collected = await this.collect(stopping, watcher);
    return { ...collected, manifests: collected.manifests + manifests };
  }

  /** One page of what would go now, without touching it. `after` is the last `position` of the page before, 0 to begin. */
  dryRun(after: number, limit: number): Promise<readonly (CollectedBlob & { readonly position: number })[]> {
    return this.#records.collectable(after, limit);
  }

  /** The untagged manifests that a sweep would take now, in pages. */
  async *looseManifests(options: SweepOptions = {}): AsyncGenerator<readonly UntaggedManifest[]> {
    let position: SweepPosition | undefined = SWEEP_START;
    while (position !== undefined) {
      const { items, next } = await this.#records.loose(position, SWEEP_PAGE, options);
      yield items;
      position = next;
    }
  }

  /** undefined when there is nothing of this digest. */
  why(digest: Digest): Promise<ContentUse | undefined> {
    return this.#records.why(digest, MAX_REASONS);
  }

  policy(): Promise<GarbagePolicy> {
    return this.#records.policy();
  }

  /** Settings that are not named keep their values. Holds for every process from its next batch on. */
  savePolicy(policy: Partial<GarbagePolicy>): Promise<void> {
    return this.#records.savePolicy(policy);
  }

  backlog(): Promise<GarbageBacklog> {
    return this.#records.backlog();
  }

  numbers(): Promise<GarbageNumbers> {
    return this.#records.numbers();
  }

  /** One bounded batch of events that every reader has seen. */
  async trimEvents(): Promise<{ readonly more: boolean }> {
    return { more: (await this.#records.trimEvents(EVENT_SECONDS, EVENT_BATCH)) === EVENT_BATCH };
  }
}

const NOTHING: Collected = { links: 0, blobs: 0, bytes: 0, manifests: 0 };
