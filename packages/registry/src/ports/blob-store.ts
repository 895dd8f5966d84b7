import type { Digest } from '@berth/oci';
import type { SideObjects } from './side-objects.ts';

declare const keyBrand: unique symbol;
/** Names one stored object. Opaque, chosen by the adapter before the first byte, never used twice (law 3). */
export type StorageKey = string & { readonly [keyBrand]: true };

/** A sealed object as the database remembers it. Adapters may show the digest in the path, so both travel together. */
export interface StoredObject {
  readonly key: StorageKey;
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
}

/** Where a pending object stands durably: everything before `offset` survives a crash. `state` is the adapter's own note. */
export interface Checkpoint {
  /** Bytes. */
  readonly offset: number;
  readonly state: string;
}

export const EMPTY_CHECKPOINT: Checkpoint = { offset: 0, state: '' };

export interface CheckpointOptions {
  readonly sealing?: boolean;
  readonly closing?: boolean;
}

/** Appends to one pending object. Not for concurrent use. Full disks surface as {@link StorageFullError}. */
export interface BlobWriter {
  /** Resolves when `chunk` may be reused by the caller. */
  write(chunk: Buffer): Promise<void>;
  /**
   * Makes every byte written so far durable and says how far that is. With `sealing` the caller promises that this very object is
   * given to {@link PendingBlobs.seal} or discarded, never saved for a resume: what a resume alone needs may then be left out. With
   * `closing` the caller promises to write nothing more before {@link close}: the bytes may then be stored as if they were the last ones,
   * which makes sealing cheap and a resume, which is rare, dear.
   */
  checkpoint(options?: CheckpointOptions): Promise<Checkpoint>;
  /** Releases handles; keeps the bytes. Idempotent. */
  close(): Promise<void>;
}

/** Objects being uploaded: invisible to readers until sealed. */
export interface PendingBlobs {
  newKey(): StorageKey;
  /** Continues at `from`; bytes stored beyond its offset are dropped. The first append creates the object. */
  append(key: StorageKey, from: Checkpoint): Promise<BlobWriter>;
  /** Reads the first `from.offset` bytes back, for a resume that cannot trust a saved digest. */
  readBack(key: StorageKey, from: Checkpoint): Promise<BlobReader>;
  /** Whether the bytes that the checkpoint tells of were begun in this storage and are still pending there. */
  has(key: StorageKey, from: Checkpoint): Promise<boolean>;
  /** Makes the object durable and readable as `object`: file fsynced, renamed, directory fsynced (law 1). Idempotent. */
  seal(object: StoredObject, from: Checkpoint): Promise<void>;
  /** Drops a pending object; an absent one is fine. */
  discard(key: StorageKey, from: Checkpoint): Promise<void>;
}

/** Inclusive byte positions, RFC 9110 section 14.1.1. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Receives consecutive chunks; resolves when the chunk's memory may be reused. A rejection stops the copy. */
export type ByteSink = (chunk: Buffer) => Promise<void>;

export interface BlobReader {
  /** Bytes that {@link copyTo} will deliver. */
  readonly length: number;
  /** Delivers exactly `length` bytes or rejects (law 12: a short object is {@link StoredObjectDamagedError}); then closes. */
  copyTo(sink: ByteSink): Promise<void>;
  /** Releases handles without reading. Idempotent. */
  close(): Promise<void>;
}

/** An object that a listing of the storage found. */
export interface SealedEntry {
  readonly key: StorageKey;
  /** When it was sealed, by the storage's clock. */
  readonly storedAt: Date;
  /** Removes it; an absent one is fine. */
  remove(): Promise<void>;
}

/** Objects that were sealed. */
export interface SealedBlobs {
  /** Every sealed object, in no order; what comes or goes meanwhile may be left out. */
  list(): AsyncIterable<SealedEntry>;
  /** Stored bytes, or undefined when the object is missing. */
  stat(object: StoredObject): Promise<number | undefined>;
  /** Rejects with {@link StoredObjectMissingError} or {@link StoredObjectDamagedError} before the first byte where that can be seen. */
  open(object: StoredObject, range?: ByteRange): Promise<BlobReader>;
  /** A URL from which the client itself may read for at most `seconds` and for most of them, or undefined where the adapter serves through us. */
  presign(object: StoredObject, seconds: number): Promise<string | undefined>;
  /** Removes at once; an absent one is fine. */
  remove(object: StoredObject): Promise<void>;
  /** The same of many that nobody waits for: at a pace that leaves the storage to others, whatever one of them meets. Outcomes in their order. */
  removeAll(objects: readonly StoredObject[]): Promise<readonly PromiseSettledResult<void>[]>;
}

/** One storage backend. Both roles share keys. */
export interface BlobStore {
  /** The same at every opening of this storage, another for any other where the adapter can tell: a wrong one is noticed at start. */
  readonly id: string;
  readonly pending: PendingBlobs;
  readonly sealed: SealedBlobs;
  readonly side: SideObjects;
  /**
   * Drops pending bytes that nothing wrote to for `seconds` and that a crash left without a session; returns how many objects went.
   * For a job now and then, with an age beyond that of any session.
   */
  removeOrphans(seconds: number): Promise<number>;
  /** Proves that the backend can be written and read; rejects with the reason. For /readyz and start. */
  check(): Promise<void>;
  close(): Promise<void>;
}
