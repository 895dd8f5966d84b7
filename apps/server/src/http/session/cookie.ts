import type { Origin } from '../forwarded.ts';

/** `__Host-`: a browser takes it from this very host only, over TLS only, so no neighbour can plant one (RFC 6265bis, section 4.1.3.2). */
export const COOKIE_NAME = '__Host-berth';

const LOOPBACK = /^(?:localhost|[a-z0-9-]+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i;

/**
 * May this caller sign in by cookie? Over TLS, or to a name that browsers know as this machine: on other plain HTTP they drop `__Host-`
 * cookies, and whoever listens on the way would have the session.
 */
export function mayCarryCookie({ protocol, host }: Origin): boolean {
  return protocol === 'https' || (host !== undefined && LOOPBACK.test(host));
}

/** Does the Cookie header bring a session at all? */
export function bringsCookie(header: string | undefined): boolean {
  return header !== undefined && header.split(';').some((part) => part.trimStart().startsWith(`${COOKIE_NAME}=`));
}
