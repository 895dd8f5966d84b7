import type { Digest } from '@berth/oci';
import type { Checkpoint, StorageKey, StoredObject } from './blob-store.ts';

/** How the move of the bytes from one storage to another stands, as the database remembers it. */
export interface MoveState {
  /** Names of the two storages, see `placeOf` of the server. */
  readonly from: string;
  readonly to: string;
  /** Everything was seen in the new storage: the old one is not needed any more. */
  readonly ended: boolean;
  /** Blobs up to this id were looked at in the pass under way. */
  readonly after: number;
  /** Being copied when this was written: a run that died left them in one of both storages, or half in the new one. */
  readonly copying: readonly StoredObject[];
}

export interface UploadUnderWay {
  readonly id: string;
  readonly key: StorageKey;
  readonly checkpoint: Checkpoint;
  /** Once it is being finished. */
  readonly sealing: Digest | undefined;
}

/** What the database knows of a move of the storage. */
export interface MoveRecords {
  /** undefined when the storage never moved. */
  state(): Promise<MoveState | undefined>;
  save(progress: Pick<MoveState, 'after' | 'copying'>): Promise<void>;
  end(): Promise<void>;
  /** In the order of their ids, from the first after `after`; the first page with ''. */
  uploads(after: string, limit: number): Promise<readonly UploadUnderWay[]>;
}

/** Held by the one process that moves. */
export interface MoveLock {
  /** Rejects when the lock is lost: another process may have it by now. */
  confirm(): Promise<void>;
}
