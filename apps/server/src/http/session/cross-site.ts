import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Origin } from '../forwarded.ts';

/** Harbor's name, so that its portal's scripts fit. */
export const CSRF_HEADER = 'x-harbor-csrf-token';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

export function changesSomething(request: IncomingMessage): boolean {
  return !SAFE_METHODS.has(request.method ?? '');
}

/** The token of a session: told to its pages only, since no other site can read an answer. */
export function csrfToken(key: Buffer, sessionId: string): string {
  return createHmac('sha256', key).update(sessionId).digest('base64url');
}

export function csrfTokenMatches(sent: string | string[] | undefined, expected: string): boolean {
  if (typeof sent !== 'string') return false;
  const [a, b] = [Buffer.from(sent), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/**
 * Was the request made by a page of this very origin? Browsers say it in Sec-Fetch-Site; where that is absent (plain HTTP, old ones) Origin
 * tells. A request with neither comes from no browser of today, and then the token alone decides.
 */
export function isFromOwnPage(request: IncomingMessage, { protocol, host }: Origin): boolean {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  const { origin } = request.headers;
  return origin === undefined || origin === `${protocol}://${host}`;
}
