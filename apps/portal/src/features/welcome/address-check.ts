import { isLoopback } from '../../shared/content/is-loopback.ts';

/** What the browser found under the address of the page. */
export interface AddressFacts {
  /** The address that clients are told, such as `https://registry.example.com`. */
  readonly externalUrl: string;
  /** The address of this page. */
  readonly origin: string;
  readonly v2: V2Answer;
}

export type V2Answer =
  | {
      readonly kind: 'registry' /** Where clients get their token; undefined when no credential is asked for. */;
      readonly realm: string | undefined;
    }
  | { readonly kind: 'other'; readonly reason: string };

/** Asks /v2/ as a client without a credential would. */
export async function askV2(signal: AbortSignal): Promise<V2Answer> {
  try {
    const response = await fetch('/v2/', { credentials: 'omit', cache: 'no-store', signal });
    return readV2({ status: response.status, challenge: response.headers.get('www-authenticate') ?? '' });
  } catch (error) {
    if (signal.aborted) throw error;
    return { kind: 'other', reason: error instanceof Error ? error.message : String(error) };
  }
}

export function readV2({ status, challenge }: { readonly status: number; readonly challenge: string }): V2Answer {
  if (status === 200) return { kind: 'registry', realm: undefined };
  const realm = /^Bearer\b.*\brealm="([^"]+)"/i.exec(challenge)?.[1];
  if (status === 401 && realm !== undefined) return { kind: 'registry', realm };
  return { kind: 'other', reason: `HTTP ${status}` };
}

/** Encrypted; plain but within one machine; or plain for everybody to read. */
export function protection(origin: string): 'tls' | 'loopback' | 'plain' {
  const { protocol, hostname } = new URL(origin);
  if (protocol === 'https:') return 'tls';
  return isLoopback(hostname) ? 'loopback' : 'plain';
}

/** Do clients that come by the external address get their token by it, too? */
export function realmFits({ externalUrl, v2 }: AddressFacts): boolean {
  return v2.kind !== 'registry' || v2.realm === undefined || new URL(v2.realm).origin === new URL(externalUrl).origin;
}

export function isSameAddress({ externalUrl, origin }: AddressFacts): boolean {
  return new URL(externalUrl).origin === origin;
}
