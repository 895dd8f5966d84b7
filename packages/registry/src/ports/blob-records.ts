import type { Digest, RepositoryName } from '@berth/oci';
import type { QuotaRefusal } from '../policy/quota-exceeded-error.ts';
import type { StoredObject } from './blob-store.ts';
import type { UploadSession } from './upload-sessions.ts';

/** A blob seen through its repository link (law 2). */
export interface LinkedBlob {
  readonly object: StoredObject;
  /** True when less than half of the link's lease remains. */
  readonly leaseRunsLow: boolean;
}

export type CommitOutcome =
  /** The object became the blob's only copy. */
  | { readonly outcome: 'stored' }
  /** The blob was there already; the offered object is not referenced, was queued for deletion, and may be removed at once. */
  | { readonly outcome: 'duplicate' }
  /** The offered object replaced a damaged one, which was queued for deletion. */
  | { readonly outcome: 'healed' };

/** What the quota of a project still takes. */
export interface QuotaRoom {
  readonly projectId: number;
  /** Bytes. */
  readonly used: number;
  readonly hard: number;
}

/** Rows of blobs and of their links to repositories. Reads are fresh at every call (law 6). */
export interface BlobRecords {
  findLinked(repository: RepositoryName, digest: Digest): Promise<LinkedBlob | undefined>;
  /** The blob wherever it is linked; only for deduplication, never to answer a client. */
  findAnywhere(digest: Digest): Promise<StoredObject | undefined>;
  /** False when the link is gone: the caller answers as for an absent blob, so that no 200 promises what collection has taken (I5). */
  renewLease(repository: RepositoryName, digest: Digest): Promise<boolean>;
  /**
   * One transaction: blob row (or the existing one), link with a fresh lease, session gone.
   * `damaged` names the object that the caller saw missing or short: if the row still points there, `object` takes its place.
   * Rejects with UploadClaimLostError when the session is gone or claimed by another: nothing was recorded.
   */
  commitUpload(session: UploadSession, object: StoredObject, damaged?: StoredObject): Promise<CommitOutcome>;
  /**
   * One transaction for an upload whose content is stored already as `existing`: link, session gone, nothing sealed.
   * False when the row is gone or points elsewhere meanwhile: the caller seals its own bytes then.
   * Rejects with UploadClaimLostError like {@link commitUpload}.
   */
  commitKnown(session: UploadSession, existing: StoredObject): Promise<boolean>;
  /** Links a blob of `source` into `target` (created where missing) with a fresh lease. False when source does not hold it. */
  mount(source: RepositoryName, target: RepositoryName, digest: Digest): Promise<boolean>;
  /** Repositories that hold the blob, for a mount without `from`; at most `limit`. */
  holders(digest: Digest, limit: number): Promise<readonly RepositoryName[]>;
  /** Removes the link. `in use` when a manifest of the repository references it (law 8). */
  unlink(repository: RepositoryName, digest: Digest): Promise<'unlinked' | 'absent' | 'in use'>;
  /** Marks a damaged object so that HEAD answers 404 and the next push heals it. */
  quarantine(object: StoredObject): Promise<void>;
  /** Objects whose rows are gone and whose waiting time is over; claimed by the caller for a while. */
  /**
   * What still fits into the quota of the repository's project; undefined without a limit, and when the project holds `digest` already, which
   * then costs nothing. For refusing early only: the commits below decide, and reject with QuotaExceededError.
   */
  room(repository: RepositoryName, digest?: Digest): Promise<QuotaRoom | undefined>;
  /** Tells of a refusal, once a minute and project at most. */
  noteQuotaRefusal(refusal: QuotaRefusal): Promise<void>;
  takeDeletions(limit: number): Promise<readonly QueuedDeletion[]>;
  finishDeletions(ids: readonly string[]): Promise<void>;
}

export interface QueuedDeletion {
  readonly id: string;
  readonly object: StoredObject;
}
