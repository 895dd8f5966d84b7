import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Ids given by callers are repeated in logs and headers, so only plain short ones are taken over. */
const SANE = /^[A-Za-z0-9._:-]{1,64}$/;
const PREFIX = randomBytes(8).toString('hex');
let count = 0;

const REQUEST_ID = Symbol('request id');
type Marked = IncomingMessage & { [REQUEST_ID]?: string };

/** The id under which this request stands in logs and in the `X-Request-Id` answer: the caller's where it is sane, or a new one. */
export function requestId(request: IncomingMessage): string {
  const marked = request as Marked;
  const known = marked[REQUEST_ID];
  if (known !== undefined) return known;
  const given = request.headers['x-request-id'];
  count += 1;
  const id = typeof given === 'string' && SANE.test(given) ? given : `${PREFIX}-${count.toString(36)}`;
  marked[REQUEST_ID] = id;
  return id;
}
