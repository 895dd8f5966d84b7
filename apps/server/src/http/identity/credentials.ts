/** What an Authorization header carries. */
export type Credentials =
  | { readonly scheme: 'none' }
  | { readonly scheme: 'bearer'; readonly token: string }
  | { readonly scheme: 'basic'; readonly username: string; readonly password: string }
  /** Another scheme, or one that cannot be read. */
  | { readonly scheme: 'unusable' };

const NONE: Credentials = { scheme: 'none' };
const UNUSABLE: Credentials = { scheme: 'unusable' };

/** Reads an Authorization header (RFC 7617, RFC 6750). Node bounds the length of headers. */
export function credentialsOf(authorization: string | undefined): Credentials {
  if (authorization === undefined || authorization === '') return NONE;
  if (authorization.startsWith('Bearer ')) return { scheme: 'bearer', token: authorization.slice(7) };
  const [, scheme = '', value = ''] = /^([A-Za-z]+) +(\S+)$/.exec(authorization) ?? [];
  switch (scheme.toLowerCase()) {
    case 'bearer':
      return { scheme: 'bearer', token: value };
    case 'basic':
      return basic(value);
    default:
      return UNUSABLE;
  }
}

function basic(encoded: string): Credentials {
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 0) return UNUSABLE;
  return { scheme: 'basic', username: text.slice(0, colon), password: text.slice(colon + 1) };
}
