import type { StorageKey, StoredObject } from './blob-store.ts';

export interface InventoryItem {
  readonly id: number;
  readonly object: StoredObject;
  readonly quarantined: boolean;
}

/** What the database believes to be stored, to be compared with the storage. */
export interface BlobInventory {
  /** Blobs in the order of their ids, from the first after `after`. */
  page(after: number, limit: number): Promise<readonly InventoryItem[]>;
  /** False when the blob is gone or healed meanwhile: what was found out about this object says nothing any more. */
  isCurrent(object: StoredObject): Promise<boolean>;
  /** Those of the keys that a blob, an upload under way, or a waiting deletion has: one look at one moment. */
  known(keys: readonly StorageKey[]): Promise<ReadonlySet<StorageKey>>;
  /** HEAD answers 404 from then on, and the next push heals it. Nothing happens to one that was healed meanwhile. */
  quarantine(object: StoredObject): Promise<void>;
  /** Takes a quarantined object whose content turned out to be right back into use. */
  release(object: StoredObject): Promise<void>;
  /** How many blobs there are, and their bytes. */
  totals(): Promise<{ readonly blobs: number; readonly bytes: number }>;
  /** Where the scrub goes on. */
  scrubPosition(): Promise<number>;
  saveScrubPosition(after: number): Promise<void>;
}
