import type { Digest, RepositoryName } from '@berth/oci';
import type { StoredObject } from './blob-store.ts';

/** `removed`: a whiteout; what lower layers have under the name is gone. */
export type FileKind = 'file' | 'directory' | 'symlink' | 'hardlink' | 'device' | 'fifo' | 'removed';

/** What is known of one name in one directory of one layer. */
export interface FileFacts {
  readonly kind: FileKind;
  /** Bytes; 0 for what is no file. */
  readonly size: number;
  /** Permission bits, as in `0o755`. */
  readonly mode: number;
  /** The first 48 bits of the content's SHA-256, base64url: tells contents apart, proves nothing. Of files only. */
  readonly hash?: string;
  /** Of links: as it stands in the layer; of a hard link a path from the root. */
  readonly target?: string;
}

/** At most {@link DIRECTORY_CHUNK} entries of a directory, in the byte order of their names. */
export interface DirectoryChunk {
  /** From the root, without a leading slash; empty for the root itself. */
  readonly path: string;
  /** From 0. */
  readonly chunk: number;
  /** Nothing of lower layers shows in this directory. */
  readonly opaque: boolean;
  readonly entries: ReadonlyMap<string, FileFacts>;
}

export const DIRECTORY_CHUNK = 500;

/** Why the files of a layer cannot be listed. */
export type LayerProblem =
  /** The bytes are not here: a layer that its manifest takes from elsewhere. */
  | 'absent'
  /** The stored bytes are missing or short. */
  | 'damaged'
  /** No tar, or one that is broken. */
  | 'not a tar'
  /** Neither gzip nor zstd. */
  | 'compression'
  /** Unpacks to far more than is reasonable. */
  | 'bomb'
  /** More files than are listed. */
  | 'too many'
  /** A path that leads outside, or is longer than any system takes. */
  | 'path'
  /** Took too long. */
  | 'too long';

export interface LayerState {
  readonly digest: Digest;
  /** Bytes as stored. */
  readonly size: number;
  readonly state: 'waiting' | 'reading' | 'ready' | 'unreadable';
  readonly problem?: LayerProblem;
  /** Bytes of the stored layer that were read so far. */
  readonly readBytes: number;
  readonly entries: number;
}

/** A layer whose turn it is. */
export interface UnreadLayer {
  readonly blobId: number;
  readonly object: StoredObject;
}

/** One name in one layer. `layer` counts from 0, the lowest, in the order of the digests that were asked for. */
export interface FoundFile {
  readonly layer: number;
  readonly path: string;
  readonly name: string;
  readonly facts: FileFacts;
}

/** A name in a directory. */
export interface FilePlace {
  readonly path: string;
  readonly name: string;
}

export interface OpaqueDirectory {
  readonly layer: number;
  readonly path: string;
}

/** Lists of what is in layers. Layers are told by their digests, the lowest first; one that is not indexed has no entries. */
export interface LayerIndexes {
  /** Asks for those that nobody read yet, and notes that all are of use. Answers one state for each that the repository holds. */
  ask(repository: RepositoryName, digests: readonly Digest[]): Promise<readonly LayerState[]>;

  /** The one that waits longest, or one whose reader died; now claimed. */
  take(): Promise<UnreadLayer | undefined>;
  /** A sign of life with the progress. False when the layer is gone, or another took it over. */
  progress(blobId: number, readBytes: number): Promise<boolean>;
  /** Adds a bounded part of a listing. */
  add(blobId: number, chunks: readonly DirectoryChunk[]): Promise<void>;
  /** The listing is whole. */
  finish(blobId: number, entries: number): Promise<void>;
  /** It cannot be read; what was added is taken back. */
  refuse(blobId: number, problem: LayerProblem): Promise<void>;
  /** Drops what nobody looked at for `days`; at most `limit` layers. Answers how many went. */
  trim(days: number, limit: number): Promise<number>;

  /** Each pair of directory and name, in every layer that has it. */
  look(digests: readonly Digest[], wanted: readonly FilePlace[]): Promise<readonly FoundFile[]>;
  /** Those of the directories that are opaque somewhere. */
  opaque(digests: readonly Digest[], paths: readonly string[]): Promise<readonly OpaqueDirectory[]>;
  /**
   * Entries of directories behind the name `after`, of every layer: of each layer and directory its next `limit` in byte order.
   */
  list(
    digests: readonly Digest[],
    wanted: { readonly paths: readonly string[]; readonly after: string; readonly limit: number },
  ): Promise<readonly FoundFile[]>;
  /**
   * Entries of every layer whose names contain `text` (any case), behind a place, by directory, name and layer in byte order: those of the
   * next `directories` that have any, at most `limit`.
   */
  search(
    digests: readonly Digest[],
    wanted: { readonly text: string; readonly after: FilePlace; readonly directories: number; readonly limit: number },
  ): Promise<readonly FoundFile[]>;
  /** Directories behind `after` that one of the layers has anything in; byte order, at most `limit`. */
  directories(digests: readonly Digest[], wanted: { readonly after: string; readonly limit: number }): Promise<readonly string[]>;
}
