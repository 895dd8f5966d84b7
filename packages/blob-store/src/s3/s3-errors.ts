import { StorageFailedError, StorageFullError, StoredObjectDamagedError, StoredObjectMissingError } from '@berth/registry';

interface ServiceError extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly code?: string;
}

const FULL = new Set(['QuotaExceeded', 'InsufficientStorage', 'StorageFull', 'XMinioStorageFull', 'XMinioStorageQuotaExceeded']);
const REFUSED = new Set(['AccessDenied', 'InvalidAccessKeyId', 'SignatureDoesNotMatch', 'ExpiredToken', 'InvalidToken', 'Forbidden']);

/** What S3 calls the error, such as `NoSuchKey`, or the code of a network error. */
export function s3Code(error: unknown): string {
  if (!(error instanceof Error)) return 'an unexpected error';
  const { name, code, $metadata } = error as ServiceError;
  if (name !== 'Error' && name !== 'UnknownError' && name !== '403' && name !== '404') return name;
  return code ?? ($metadata?.httpStatusCode === undefined ? name : `HTTP ${$metadata.httpStatusCode}`);
}

export function s3Status(error: unknown): number | undefined {
  return error instanceof Error ? (error as ServiceError).$metadata?.httpStatusCode : undefined;
}

export function isMissing(error: unknown): boolean {
  const code = s3Code(error);
  return code === 'NoSuchKey' || code === 'NotFound' || (s3Status(error) === 404 && code !== 'NoSuchBucket' && code !== 'NoSuchUpload');
}

/** Errors of the port pass through; everything else becomes one of them and stays its cause. `doing` completes "failed while ...". */
export function translateS3Error(error: unknown, doing: string): Error {
  if (isPortError(error)) return error;
  const code = s3Code(error);
  if (FULL.has(code) || s3Status(error) === 507) {
    return new StorageFullError(`The S3 storage has no room or quota left (${code}). What was stored before is kept.`, { cause: error });
  }
  if (code === 'NoSuchUpload') {
    return new StoredObjectMissingError('The bytes of this upload are not there any more. Start the upload again.', { cause: error });
  }
  if (code === 'InvalidPart' || code === 'InvalidPartOrder' || code === 'EntityTooSmall') {
    return new StoredObjectDamagedError(`The parts of this upload are not as they were sent (${code}). Start the upload again.`, {
      cause: error,
    });
  }
  return new StorageFailedError(`${sentence(code)} (while ${doing}). What was acknowledged before is kept.`, { cause: error });
}

function sentence(code: string): string {
  if (code === 'NoSuchBucket') return 'The bucket does not exist at the S3 endpoint: create it, or correct its name';
  if (REFUSED.has(code)) return `The S3 storage refused our credentials or they lack a right (${code})`;
  return `The S3 storage failed with ${code}`;
}

function isPortError(error: unknown): error is Error {
  return (
    error instanceof StorageFullError ||
    error instanceof StorageFailedError ||
    error instanceof StoredObjectMissingError ||
    error instanceof StoredObjectDamagedError
  );
}
