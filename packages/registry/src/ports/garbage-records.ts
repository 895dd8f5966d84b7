import type { Digest, RepositoryName } from '@berth/oci';

/** How collection is set. */
export interface GarbagePolicy {
  /** Nothing is collected and no stored object is removed; garbage keeps piling up in the queue. */
  readonly paused: boolean;
  /** Collect manifests that no tag, index, subject or pin holds. */
  readonly deleteUntagged: boolean;
  /** How long a manifest must have been untagged, not pushed and not pulled. */
  readonly untaggedGraceSeconds: number;
  /** A pull within so many days keeps an untagged manifest, beyond the grace; 0: the grace alone counts. */
  readonly keepPulledDays: number;
}

export const DEFAULT_GARBAGE_POLICY: GarbagePolicy = {
  paused: false,
  deleteUntagged: false,
  untaggedGraceSeconds: 7 * 24 * 60 * 60,
  keepPulledDays: 0,
};

/** What one bounded batch did. */
export interface CollectedBatch {
  /** Repositories' links that went. */
  readonly links: number;
  /** Blobs that went, each with its last link: their objects are queued for removal. */
  readonly blobs: readonly CollectedBlob[];
  /** Candidates that are looked at again later: leased, or in use by a request at this moment. */
  readonly postponed: number;
  /** True when the batch was full. */
  readonly more: boolean;
}

export interface CollectedBlob {
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
}

export interface UntaggedManifest {
  readonly repository: RepositoryName;
  readonly digest: Digest;
}

/** Where a sweep goes on; opaque. */
export interface SweepPosition {
  readonly stage: 'links' | 'blobs' | 'contents' | 'manifests';
  readonly after: readonly [number, number];
}

export const SWEEP_START: SweepPosition = { stage: 'manifests', after: [0, 0] };

export interface SweepOptions {
  /** As if the policy said so. */
  readonly deleteUntagged?: boolean;
}

export interface SweptPage {
  /** undefined at the end. */
  readonly next: SweepPosition | undefined;
  /** Blobs that were queued. */
  readonly queued: number;
  /** Untagged manifests that went. */
  readonly manifests: readonly UntaggedManifest[];
}

/** Of one page of a dry run. */
export interface LoosePage {
  readonly items: readonly UntaggedManifest[];
  /** undefined at the end. */
  readonly next: SweepPosition | undefined;
}

/** Rows of what nothing uses any more (laws 3, 4, 5). Whatever fails, the transaction as a whole is taken back: nothing is deleted. */
export interface GarbageRecords {
  policy(): Promise<GarbagePolicy>;
  savePolicy(policy: Partial<GarbagePolicy>): Promise<void>;
  /**
   * One transaction over at most `limit` queued blobs: links past their lease that nothing in their repository needs go, and with its last
   * link a blob that no trash holds; its object is queued. Waits for nobody: what a request has locked is looked at later.
   */
  collect(limit: number): Promise<CollectedBatch>;
  /** Looks at the next `limit` rows of everything for what no deletion queued, such as uploads that were never used. */
  sweep(position: SweepPosition, limit: number, options?: SweepOptions): Promise<SweptPage>;
  /** What {@link collect} would take now if all were queued; in the order of ids. `after` is the last `position` of the page before. */
  collectable(after: number, limit: number): Promise<readonly (CollectedBlob & { readonly position: number })[]>;
  /** The untagged manifests that {@link sweep} would take of the next `limit`; locks nothing. */
  loose(position: SweepPosition, limit: number, options?: SweepOptions): Promise<LoosePage>;
  /** Why content is still here; undefined when it is not. At most `limit` reasons of each kind. */
  why(digest: Digest, limit: number): Promise<ContentUse | undefined>;
  /** Removes at most `limit` events older than `seconds`; how many went. */
  trimEvents(seconds: number, limit: number): Promise<number>;
  /** What waits. For metrics. */
  backlog(): Promise<GarbageBacklog>;
  /** What collection would free, and what keeps the rest. For people: bounded, and a moment old when it is read. */
  numbers(): Promise<GarbageNumbers>;
}

export interface GarbageAmount {
  readonly blobs: number;
  readonly bytes: number;
}

export interface GarbageNumbers {
  /** Queued, and nothing keeps it: goes at the next turn. */
  readonly reclaimable: GarbageAmount;
  /** Nothing needs it, but it was touched so lately that a push under way may. */
  readonly inGrace: GarbageAmount;
  /** Only the trash keeps it. */
  readonly inTrash: GarbageAmount;
  /** Collected; its objects are still on the storage for a while. */
  readonly waiting: GarbageAmount;
  /** False when so much is queued that not all of it was looked at. */
  readonly complete: boolean;
}

export interface GarbageBacklog {
  /** Blobs that lost a reference and wait to be looked at. */
  readonly candidates: number;
  /** Stored objects whose rows are gone, and which wait for their removal. */
  readonly objects: number;
  readonly bytes: number;
  /** Seconds since the time at which the first of them could have been removed; 0 where none is due. */
  readonly overdue: number;
}

/** What keeps a blob or a manifest. */
export interface ContentUse {
  readonly kind: 'blob' | 'manifest' | 'deleted object';
  /** Bytes. */
  readonly size: number;
  readonly quarantined: boolean;
  /** Of a manifest: bytes of blobs that nothing but it and its own children needs, trash included: what deleting it everywhere would free. */
  readonly exclusive?: number;
  readonly reasons: readonly UseReason[];
}

export interface UseReason {
  readonly reason: 'manifest' | 'index' | 'tag' | 'subject' | 'lease' | 'trash' | 'pin' | 'pulled' | 'untagged' | 'waiting' | 'nothing';
  readonly repository?: RepositoryName;
  /** The manifest that needs it, the tag that points here, the subject, or who pinned it. */
  readonly by?: string;
  /** When this reason ends by itself. */
  readonly until?: Date;
  /** What whoever pinned it gave as the reason. */
  readonly note?: string;
}
