import type { Digest, DigestAlgorithm, RepositoryName } from '@berth/oci';
import type { Checkpoint, StorageKey } from './blob-store.ts';

declare const uploadBrand: unique symbol;
/** Names an upload session: a UUID, unguessable. */
export type UploadId = string & { readonly [uploadBrand]: true };

declare const actorBrand: unique symbol;
/** Who acts, as `user:<id>` or `robot:<id>`: all that this package knows of people. */
export type ActorKey = string & { readonly [actorBrand]: true };

export interface UploadSession {
  readonly id: UploadId;
  readonly repository: RepositoryName;
  readonly repositoryId: number;
  readonly actor: ActorKey;
  readonly key: StorageKey;
  readonly algorithm: DigestAlgorithm;
  /** Durable position of the stored bytes. */
  readonly checkpoint: Checkpoint;
  /** Digest of the first `checkpoint.offset` bytes; lets any replica finish without re-reading them. */
  readonly prefixDigest: Digest | undefined;
  /** The digest that a claim set out to seal. With the row still there it was never committed, so its object may go with the session. */
  readonly sealing: Digest | undefined;
  /** Number of the claim under which the session was read: rises with each claim, so that a claimer who was too slow cannot overwrite the next. */
  readonly claim: number;
}

/** The claim lapsed and another request took the session over, or removed it: whoever sees this stops and stores nothing. */
export class UploadClaimLostError extends Error {
  override readonly name = 'UploadClaimLostError';
}

/** Which session, for whom: a foreign creator or repository sees an unknown upload. */
export interface UploadTarget {
  readonly id: UploadId;
  readonly repository: RepositoryName;
  readonly actor: ActorKey;
}

export interface NewUpload {
  readonly id: UploadId;
  readonly repository: RepositoryName;
  readonly actor: ActorKey;
  readonly key: StorageKey;
  readonly algorithm: DigestAlgorithm;
  /** Present when the creating request also carries the whole content. */
  readonly sealing?: Digest;
}

export interface UploadProgress {
  readonly checkpoint: Checkpoint;
  /** Undefined when the bytes were appended without hashing what came before: finishing reads them back then. */
  readonly prefixDigest: Digest | undefined;
}

/** A claim is exclusive across processes and lapses by itself, so that a dead process blocks a session for a minute at most. */
export type Claim =
  | { readonly outcome: 'claimed'; readonly session: UploadSession }
  | { readonly outcome: 'unknown' }
  | { readonly outcome: 'busy' };

/** Rows of uploads under way. Ages come from the database clock. */
export interface UploadSessions {
  /** Creates the repository row where it is missing (its project must exist) and the session, already claimed when `sealing` is given. */
  create(upload: NewUpload): Promise<UploadSession>;
  /** Finds without claiming; undefined when unknown to this actor in this repository. */
  find(target: UploadTarget): Promise<UploadSession | undefined>;
  /** Claims for writing; `sealing` records the digest about to be sealed, so that expiry can clean a sealed but uncommitted object. */
  claim(target: UploadTarget, sealing?: Digest): Promise<Claim>;
  /** Keeps a claim alive during a long body (call it every 15 s or so); also moves the session's expiry. Rejects with {@link UploadClaimLostError}. */
  renew(session: UploadSession): Promise<void>;
  /** Ends a claim, saving progress where there is some. Rejects with {@link UploadClaimLostError}: the progress was not saved. */
  release(session: UploadSession, progress?: UploadProgress): Promise<void>;
  /** Deletes the row and returns it; undefined when it was not there. */
  remove(target: UploadTarget): Promise<UploadSession | undefined>;
  /**
   * Claims and returns up to `limit` sessions idle for longer than `idleSeconds` (claimed ones excluded), with what they were sealing.
   * The rows stay until {@link finishExpired}, so that a crash between the two leaks no bytes: the sessions are handed out again later.
   */
  takeExpired(idleSeconds: number, limit: number): Promise<readonly ExpiredUpload[]>;
  /** Deletes the rows of expired sessions whose bytes are gone. */
  finishExpired(expired: readonly ExpiredUpload[]): Promise<void>;
}

export interface ExpiredUpload {
  readonly session: UploadSession;
  /** As in the session. */
  readonly sealing: Digest | undefined;
}
