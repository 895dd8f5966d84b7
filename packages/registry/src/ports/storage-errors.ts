/** The storage has no room or quota left (ENOSPC, EDQUOT, S3 quota). Nothing acknowledged was lost. */
export class StorageFullError extends Error {
  override readonly name = 'StorageFullError';
}

/** A sealed object that the database remembers is not there. */
export class StoredObjectMissingError extends Error {
  override readonly name = 'StoredObjectMissingError';
}

/** A sealed object has another length or content than was sealed. */
export class StoredObjectDamagedError extends Error {
  override readonly name = 'StoredObjectDamagedError';
}

/** The storage failed in another way (EIO, EROFS, network); `cause` has the foreign error. */
export class StorageFailedError extends Error {
  override readonly name = 'StorageFailedError';
}
