import type { IncomingMessage, ServerResponse } from 'node:http';
import { DatabaseUnavailableError } from '@berth/database';
import { OciError, type OciErrorEntry } from '@berth/oci';
import {
  StorageFailedError,
  StorageFullError,
  StoredObjectDamagedError,
  StoredObjectMissingError,
  UploadOutOfOrderError,
} from '@berth/registry';
import { uploadHeaders } from './uploads/upload-headers.ts';

/** Unread bytes that are skipped to keep the connection for the next request. */
const MAX_SKIPPED_BYTES = 256 * 1024;
/** Unread bytes that are taken in after a refusal, so that the client gets to read it; a client that sends more is cut off. */
const MAX_DRAINED_BYTES = 16 * 1024 * 1024;
const DRAIN_MILLISECONDS = 5_000;

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
      'The database of the registry cannot be reached, so this was not acknowledged; everything acknowledged before is safe. Try again.',
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
  const { error, requestId } = refusal;
  const entries: OciErrorEntry[] = [{ code: error.code, message: error.message, detail: error.detail }, ...error.more];
  const body = Buffer.from(JSON.stringify({ errors: entries }));
  const headers: (string | number)[] = ['Content-Type', 'application/json', 'Content-Length', body.length];
  for (const [name, value] of Object.entries(error.headers)) headers.push(name, value);
  if (error instanceof UploadOutOfOrderError) headers.push(...uploadHeaders(error.upload));
  headers.push('Docker-Distribution-Api-Version', 'registry/2.0', 'X-Request-Id', requestId);
  const unread = unreadBytes(request);
  const large = unread > MAX_SKIPPED_BYTES;
  if (large) response.shouldKeepAlive = false;
  response.writeHead(error.status, headers as string[]);
  if (large && request.method !== 'HEAD') {
    endAfterDraining(request, response, body);
    return;
  }
  if (request.method === 'HEAD') response.end();
  else response.end(body);
  // node skips an unread body itself, but not one that a handler began to read.
  if (unread > 0) request.resume();
}

export interface Refusal {
  readonly error: OciError;
  readonly requestId: string;
}

/** Bytes of the body still to come, Infinity when unknown. A client that waits for "100 Continue" sends none. */
function unreadBytes(request: IncomingMessage): number {
  const { headers } = request;
  if (request.complete || (headers.expect !== undefined && request.readableFlowing === null)) return 0;
  if (headers['transfer-encoding'] !== undefined) return Number.POSITIVE_INFINITY;
  return Number(headers['content-length'] ?? 0);
}

/** Closing while the client still sends would reset the connection and lose the answer: so its bytes are taken in for a while first. */
function endAfterDraining(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
  let drained = 0;
  const timer = setTimeout(end, DRAIN_MILLISECONDS).unref();
  function end(): void {
    clearTimeout(timer);
    request.off('data', count).off('end', end).off('close', end);
    response.end();
  }
  function count(chunk: Buffer): void {
    drained += chunk.length;
    if (drained > MAX_DRAINED_BYTES) end();
  }
  response.write(body);
  request.on('error', () => undefined); // the client may leave at any time; the answer is written already
  request.on('data', count).on('end', end).on('close', end);
  request.resume();
}
