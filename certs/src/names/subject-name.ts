import { CertificateUsageError } from '../errors.ts';

/** The kinds of subject alternative name that are issued (RFC 5280 4.2.1.6). */
export type AltNameKind = 'dns' | 'ip' | 'uri' | 'email';

export interface AltName {
  readonly kind: AltNameKind;
  readonly value: string;
}

const PREFIXES: Readonly<Record<string, AltNameKind>> = { dns: 'dns', ip: 'ip', 'ip address': 'ip', uri: 'uri', email: 'email' };
const LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/;

/**
 * Puts what a person typed into the right SAN kind by looking at it: an address, a DNS name or wildcard, a URI, an e-mail address.
 * `DNS:`, `IP:`, `URI:` and `email:` before it are accepted when they are true, and explained when they are not.
 * @throws CertificateUsageError with a sentence when the text is none of these or is declared as the wrong kind.
 */
export function parseAltName(text: string): AltName {
  const trimmed = text.trim();
  if (trimmed === '')
    throw new CertificateUsageError('A host name is empty. Name a DNS name, an IP address, a URI or an e-mail address.', {
      reason: 'certificate-name-empty',
    });
  const prefixed = /^(dns|ip|ip address|uri|email):(.+)$/i.exec(trimmed);
  const declared = prefixed ? PREFIXES[(prefixed[1] ?? '').toLowerCase()] : undefined;
  const value = prefixed ? (prefixed[2] ?? '').trim() : trimmed;
  const found = recognise(value);
  if (declared !== undefined && declared !== found.kind)
    throw new CertificateUsageError(wrongKind(declared, found), { reason: 'certificate-name-kind', values: { value: found.value } });
  return found;
}

/** Parses a list and drops repeats, keeping the order. */
export function parseAltNames(texts: readonly string[]): AltName[] {
  const seen = new Map<string, AltName>();
  for (const text of texts.flatMap((one) => one.split(','))) {
    const name = parseAltName(text);
    seen.set(`${name.kind}:${name.value}`, name);
  }
  return [...seen.values()];
}

/** An IPv4 or IPv6 address in its shortest usual form, or undefined. Accepts IPv6 in square brackets. */
export function normaliseAddress(text: string): string | undefined {
  const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(bare))
    return bare.split('.').every((part) => Number(part) <= 255 && String(Number(part)) === part) ? bare : undefined;
  if (!bare.includes(':') || bare.includes('%') || !/^[0-9a-f:.]+$/i.test(bare)) return undefined;
  const host = parseUrl(`http://[${bare}]/`)?.hostname;
  return host?.slice(1, -1);
}

/** Lower-case ASCII form of a DNS name (international names become punycode), without the final dot; undefined when it is none. */
export function normaliseDnsName(text: string): string | undefined {
  let name = text.toLowerCase().replace(/\.$/, '');
  if (/[^\x20-\x7e]/.test(name)) {
    const ascii = parseUrl(`http://${name.replace(/^\*\./, '')}/`)?.hostname;
    if (ascii === undefined || ascii === '') return undefined;
    name = name.startsWith('*.') ? `*.${ascii}` : ascii;
  }
  const labels = name.split('.');
  if (labels[0] === '*' && labels.length > 1) labels.shift();
  if (name.length > 253 || labels.length === 0 || !labels.every((label) => LABEL.test(label))) return undefined;
  return name;
}

/** `DNS:a.example` and so on, as certificates are usually shown. */
export function formatAltName(name: AltName): string {
  return `${{ dns: 'DNS', ip: 'IP', uri: 'URI', email: 'email' }[name.kind]}:${name.value}`;
}

/** The warning about a web address given as a name: it becomes a URI entry, which no TLS client compares with the host; undefined for other names. */
export function webAddressWarning(name: AltName): string | undefined {
  if (name.kind !== 'uri' || !/^https?:/i.test(name.value)) return undefined;
  const host = parseUrl(name.value)?.hostname ?? '';
  return `"${name.value}" was written as a URI entry, but docker, browsers and curl compare host names only: name ${host} itself too if they are to accept it.`;
}

/** Whether docker would read `host/image` as Docker Hub: one label, no port, not localhost. `host` carries no port. */
export function isSingleLabel(host: string): boolean {
  return !host.includes('.') && !host.includes(':') && host !== 'localhost' && host !== '';
}

/** The warning about a single-label host, with the way out. */
export function singleLabelWarning(host: string): string {
  return (
    `"${host}" has no dot, so docker reads "${host}/project/image" as a Docker Hub name and pushes to docker.io, even after a successful login. ` +
    `Use a name with a dot (${host}.internal, ${host}.example.com), always write a port (${host}:8443/project/image), or use localhost.`
  );
}

function recognise(value: string): AltName {
  const address = normaliseAddress(value);
  if (address !== undefined) return { kind: 'ip', value: address };
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(value)) return recogniseUri(value);
  if (/^[0-9.]+$/.test(value) && value.includes('.'))
    throw new CertificateUsageError(`"${value}" looks like an IPv4 address but is not one: an address has four numbers from 0 to 255.`, {
      reason: 'certificate-not-ipv4',
      values: { value },
    });
  const port = /^(.+):(\d{1,5})$/.exec(value);
  if (port && (normaliseDnsName(port[1] ?? '') !== undefined || normaliseAddress(port[1] ?? '') !== undefined))
    throw new CertificateUsageError(
      `"${value}" has a port. A certificate holds names without ports and serves every port: write ${port[1]}.`,
      { reason: 'certificate-name-port', values: { value, name: port[1] ?? '' } },
    );
  if (value.includes('/'))
    throw new CertificateUsageError(
      `"${value}" is neither a host name nor a full URI (a network like 10.0.0.0/8 cannot stand in a certificate): write each host on its own.`,
      { reason: 'certificate-name-slash', values: { value } },
    );
  if (value.includes('@')) {
    const [local, domain, ...rest] = value.split('@');
    const host = normaliseDnsName(domain ?? '');
    if (rest.length === 0 && local && /^[\x21-\x7e]{1,64}$/.test(local) && host !== undefined)
      return { kind: 'email', value: `${local}@${host}` };
    throw new CertificateUsageError(`"${value}" looks like an e-mail address but is not one.`, {
      reason: 'certificate-not-email',
      values: { value },
    });
  }
  const name = normaliseDnsName(value);
  // An address in the digits and dots of an input method for Chinese or Japanese.
  const typed = name === undefined ? undefined : normaliseAddress(name);
  if (typed !== undefined) return { kind: 'ip', value: typed };
  if (name !== undefined) return { kind: 'dns', value: name };
  if (value.includes('*'))
    throw new CertificateUsageError(`"${value}": a wildcard stands alone as the first label and covers one level, like *.example.com.`, {
      reason: 'certificate-wildcard',
      values: { value },
    });
  throw new CertificateUsageError(`"${value}" is not a DNS name, an IP address, a URI or an e-mail address.`, {
    reason: 'certificate-name-invalid',
    values: { value },
  });
}

function recogniseUri(value: string): AltName {
  const url = parseUrl(value);
  if (url === undefined || !/^[\x21-\x7e]+$/.test(value))
    throw new CertificateUsageError(`"${value}" looks like a URI but is not one.`, { reason: 'certificate-not-uri', values: { value } });
  return { kind: 'uri', value };
}

function wrongKind(declared: AltNameKind, found: AltName): string {
  if (declared === 'ip' && found.kind === 'dns')
    return `"${found.value}" is a name, not an IP address, so "IP:${found.value}" would never match: clients that connect to the name look at DNS entries only. Write ${found.value} (or DNS:${found.value}), and add the address itself if clients use it too.`;
  if (declared === 'dns' && found.kind === 'ip')
    return `"${found.value}" is an IP address, not a DNS name, so "DNS:${found.value}" would never match: clients that connect to an address look at IP entries only. Write ${found.value} (or IP:${found.value}).`;
  return `"${found.value}" was declared as ${declared.toUpperCase()} but is of the kind ${found.kind.toUpperCase()}: write it without the prefix.`;
}

function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}
