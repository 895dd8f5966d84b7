import { StorageFailedError, StorageFullError, StoredObjectDamagedError, StoredObjectMissingError } from '@berth/registry';
import { DirectorySyncFailedError } from './directory-syncs.ts';
import { errnoOf } from './disk-calls.ts';

/** Errors of the port pass through; everything else becomes one of them and stays its cause. */
export function translateDiskError(error: unknown, doing: string): Error {
  if (isStorageError(error)) return error;
  if (error instanceof DirectorySyncFailedError) return translateDiskError(error.cause, doing);
  const code = errnoOf(error) ?? 'an unexpected error';
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const what = code === 'ENOSPC' ? 'The disk is full' : 'The disk quota is used up';
    return new StorageFullError(`${what}: ${doing} failed. What was stored before is kept; free some space and try again.`, {
      cause: error,
    });
  }
  return new StorageFailedError(`The disk storage failed with ${code} while ${doing}. What was acknowledged before is kept.`, {
    cause: error,
  });
}

function isStorageError(error: unknown): error is Error {
  return (
    error instanceof StorageFullError ||
    error instanceof StorageFailedError ||
    error instanceof StoredObjectMissingError ||
    error instanceof StoredObjectDamagedError
  );
}

/** Runs `work` and translates what it throws; `doing` completes "failed while ...". */
export async function translated<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw translateDiskError(error, doing);
  }
}
