import type { IncomingMessage, ServerResponse } from 'node:http';
import { DatabaseUnavailableError } from '@berth/database';
import { type ErrorCode, OciError, type OciErrorEntry } from '@berth/oci';
import {
  StorageFailedError,
  StorageFullError,
  StoredObjectDamagedError,
  StoredObjectMissingError,
  UploadOutOfOrderError,
} from '@berth/registry';
import type { RateGuard } from '../rate-guard.ts';
import { answerUnread } from './unread-body.ts';
import { uploadHeaders } from './uploads/upload-headers.ts';

/** The one place where a failure becomes an answer. Errors that are no refusal of ours become 5xx without a word of their insides. */
export function toOciError(error: unknown): OciError {
  if (error instanceof OciError) return error;
  if (error instanceof StorageFullError) {
    return new OciError(
      'STORAGE_FULL',
      'The storage of the registry is full, so this was not stored; everything acknowledged before is safe. Free space, then push again.',
      { cause: error },
    );
  }
  if (error instanceof StorageFailedError) {
    return new OciError(
      'UNAVAILABLE',
      'The storage of the registry failed, so this was not done; everything acknowledged before is safe. Try again.',
      {
        cause: error,
      },
    );
  }
  if (error instanceof DatabaseUnavailableError) {
    return new OciError(
      'UNAVAILABLE',
      'The database of the registry cannot be reached or is too busy, so this was not acknowledged; everything acknowledged before is safe. Try again.',
      { cause: error, headers: { 'retry-after': '1' } },
    );
  }
  if (error instanceof StoredObjectMissingError || error instanceof StoredObjectDamagedError) {
    return new OciError('UNKNOWN', 'The stored bytes are missing or damaged. Push the image again to heal it.', { cause: error });
  }
  return new OciError('UNKNOWN', 'The registry failed to answer this request. Its log has the reason under the request id.', {
    cause: error,
  });
}

/** Writes `{errors:[...]}` (distribution-spec "Error Codes") and deals with a body that nobody read. */
export function renderError(request: IncomingMessage, response: ServerResponse, refusal: Refusal): void {
  const { error, requestId, rateGuard } = refusal;
  const entries: OciErrorEntry[] = [{ code: codeFor(request, error), message: error.message, detail: error.detail }, ...error.more];
  const body = Buffer.from(JSON.stringify({ errors: entries }));
  const headers: (string | number)[] = ['Content-Type', 'application/json', 'Content-Length', body.length];
  for (const [name, value] of Object.entries(error.headers)) headers.push(name, value);
  if (error instanceof UploadOutOfOrderError) headers.push(...uploadHeaders(error.upload));
  headers.push('Docker-Distribution-Api-Version', 'registry/2.0', 'X-Request-Id', requestId);
  answerUnread(request, response, { status: error.status, headers, body, rateGuard });
}

/**
 * The code by which the client understands a refusal. A docker engine that may not begin an upload because of the name tries again for most of
 * a minute before it shows the sentence; DENIED it believes at once (moby, distribution/errors.go, `retryOnError`). Everybody else gets the
 * specification's code.
 */
function codeFor({ method, headers }: IncomingMessage, { code }: OciError): ErrorCode {
  const isEnginesUpload = method === 'POST' && headers['user-agent']?.startsWith('docker/') === true;
  return code === 'NAME_INVALID' && isEnginesUpload ? 'DENIED' : code;
}

export interface Refusal {
  readonly error: OciError;
  readonly requestId: string;
  readonly rateGuard: RateGuard;
}
