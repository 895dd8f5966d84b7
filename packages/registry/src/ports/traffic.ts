import type { Digest, RepositoryName, Tag } from '@berth/oci';

/** Pulls of one manifest by one name, gathered. */
export interface PullCount {
  readonly repository: RepositoryName;
  readonly digest: Digest;
  /** undefined: pulled by digest. */
  readonly tag: Tag | undefined;
  readonly count: number;
  readonly lastAt: Date;
}

export interface PushCount {
  readonly repository: RepositoryName;
  readonly count: number;
  readonly lastAt: Date;
}

/** Bytes of blobs that went in or out. */
export interface ByteCount {
  readonly repository: RepositoryName;
  readonly delivered: number;
  readonly received: number;
}

export interface Traffic {
  /** A constant number of statements for the whole batch. What is gone meanwhile is left out. */
  add(pulls: readonly PullCount[], pushes: readonly PushCount[], bytes?: readonly ByteCount[]): Promise<void>;
}
