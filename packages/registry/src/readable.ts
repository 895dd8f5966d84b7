import type { BlobStore } from './ports/blob-store.ts';
import { StorageFailedError, StorageFullError } from './ports/storage-errors.ts';

/** Rejects when the storage cannot be read. A full disk can: that is trouble of its own, but no reason to turn pulls away. */
export async function checkReadable(store: Pick<BlobStore, 'check'>): Promise<void> {
  try {
    await store.check();
  } catch (error) {
    if (!(error instanceof StorageFullError)) throw error;
  }
}

/**
 * Of what the reading of one object met: resolves when that is the trouble of this object alone, such as a bad sector, which must not cost all
 * others. Rejects where the storage itself fails, and with any other error.
 */
export async function requireOthersReadable(error: unknown, store: Pick<BlobStore, 'check'>): Promise<void> {
  if (!(error instanceof StorageFailedError)) throw error;
  await checkReadable(store);
}
