import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Headers } from './exchange.ts';
import type { RateGuard } from '../rate-guard.ts';

/** Unread bytes that are skipped to keep the connection for the next request. */
const MAX_SKIPPED_BYTES = 256 * 1024;
/** Unread bytes that are taken in after a refusal, so that the client gets to read it; a client that sends more is cut off. */
const MAX_DRAINED_BYTES = 16 * 1024 * 1024;
const DRAIN_MILLISECONDS = 5_000;

export interface UnreadAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
  readonly rateGuard: RateGuard;
}

/** Bytes of the body still to come, Infinity when unknown. A client that waits for "100 Continue" sends none. */
export function unreadBytes(request: IncomingMessage): number {
  if (request.complete) return 0;
  const { headers } = request;
  const announced = headers['transfer-encoding'] === undefined ? Number(headers['content-length'] ?? 0) : Number.POSITIVE_INFINITY;
  return headers.expect !== undefined && request.readableFlowing === null ? 0 : announced;
}

/** Answers a request whose body was not, or not wholly, read. */
export function answerUnread(request: IncomingMessage, response: ServerResponse, answer: UnreadAnswer): void {
  const unread = unreadBytes(request);
  const large = unread > MAX_SKIPPED_BYTES;
  if (large) response.shouldKeepAlive = false;
  response.writeHead(answer.status, answer.headers as string[]);
  if (unread > 0) request.on('error', () => undefined); // the client may leave at any time; its answer is on the way
  if (large) {
    if (request.method !== 'HEAD') response.write(answer.body);
    endAfterDraining(request, response);
  } else {
    if (request.method === 'HEAD') response.end();
    else response.end(answer.body);
    if (unread > 0) skip(request, answer.rateGuard);
  }
}

/** node skips an unread body itself, but not one that a handler began to read, and as slowly as the client likes. */
function skip(request: IncomingMessage, rateGuard: RateGuard): void {
  const transfer = rateGuard.watch(() => request.socket.destroy());
  const end = (): void => transfer.end();
  request
    .on('data', (chunk: Buffer) => transfer.moved(chunk.length))
    .on('end', end)
    .on('close', end);
  request.resume();
}

/** Closing while the client still sends would reset the connection and lose the answer: so its bytes are taken in for a while first. */
function endAfterDraining(request: IncomingMessage, response: ServerResponse): void {
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
  request.on('data', count).on('end', end).on('close', end);
  request.resume();
}
