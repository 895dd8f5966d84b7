import type { Digest, Manifest } from '@berth/oci';
import type { StoredObject } from './blob-store.ts';
import type { JournalEntry } from './storage-journal.ts';

/** A blob that the journal tells of, linked to a repository that it tells of. */
export interface RememberedBlob {
  readonly id: number;
  readonly object: StoredObject;
}

/** A manifest that the journal tells of, in a repository that it tells of. */
export interface RememberedManifest {
  readonly id: number;
  readonly repositoryId: number;
  readonly repository: string;
  readonly digest: Digest;
  readonly mediaType: string;
  readonly bytes: Buffer;
}

export interface VerifiedManifest {
  readonly id: number;
  readonly manifest: Manifest;
}

export interface RebuildCounts {
  readonly projects: number;
  readonly repositories: number;
  readonly blobs: number;
  readonly manifests: number;
  readonly tags: number;
}

/** The database has content, or nobody who could own it; the message says what to do. Nothing was changed. */
export class RebuildRefusedError extends Error {
  override readonly name = 'RebuildRefusedError';
}

/**
 * An empty database into which a registry is rebuilt. Everything may be done twice, so that a rebuild that was broken off begins again and
 * goes on. Ids stay what they were.
 */
export interface RebuildTarget {
  /** Throws {@link RebuildRefusedError}. Objects of the journal that an earlier try read stay read while `journal` is the same. */
  prepare(journal: string): Promise<ReadonlySet<string>>;
  /** Takes in an object of the journal: of each key the entry with the highest number stays. */
  load(name: string, entries: readonly JournalEntry[]): Promise<void>;
  /**
   * Where the journal tells of one project, repository or blob under two ids, since what ended the first is in an object that could not be
   * read, the one that changed last stays, with the links of both. Answers names and digests. To be called after the last of {@link load}.
   */
  settleTwins(): Promise<readonly string[]>;
  counts(): Promise<RebuildCounts>;
  /** After the last of {@link load}: from here on the database has content, and a server refuses it until {@link finish}. */
  addPlaces(): Promise<void>;
  /** In the order of their ids, a bounded page after one. */
  blobs(after: number): Promise<readonly RememberedBlob[]>;
  /** `damaged`: to be hidden, so that the next push heals it. */
  addBlobs(blobs: readonly (RememberedBlob & { readonly damaged: boolean })[]): Promise<void>;
  addLinks(): Promise<void>;
  manifests(after: number): Promise<readonly RememberedManifest[]>;
  /** Answers the ids of those that miss something they reference. */
  addManifests(manifests: readonly VerifiedManifest[]): Promise<readonly number[]>;
  addTags(): Promise<void>;
  /** Tags whose manifest the journal does not have, as `repository:tag`. */
  looseTags(): Promise<readonly string[]>;
  finish(): Promise<void>;
  /** Forgets what was loaded. */
  drop(): Promise<void>;
}
