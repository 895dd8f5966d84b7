import { isIPv4 } from 'node:net';
import { type DerElement, readChildren } from '../der.ts';
import { printable, readName } from './distinguished-name.ts';

/** The names of a SubjectAltName extension by kind, each in the certificate's order. */
export interface AltNameSet {
  readonly dns: readonly string[];
  readonly ip: readonly string[];
  readonly uri: readonly string[];
  readonly email: readonly string[];
  /** Kinds that no client compares (other names, directory names, malformed addresses). */
  readonly other: readonly string[];
}

/** Reads GeneralNames (RFC 5280 4.2.1.6) from the SEQUENCE element. */
export function readGeneralNames(sequence: DerElement): AltNameSet {
  const set = { dns: [] as string[], ip: [] as string[], uri: [] as string[], email: [] as string[], other: [] as string[] };
  for (const name of readChildren(sequence)) {
    const text = printable(name.content.toString('latin1'));
    if (name.tag === 0x82) set.dns.push(text);
    else if (name.tag === 0x81) set.email.push(text);
    else if (name.tag === 0x86) set.uri.push(text);
    else if (name.tag === 0x87) {
      const address = formatAddress(name.content);
      (address === undefined ? set.other : set.ip).push(address ?? `IP of ${name.content.length} bytes`);
    } else if (name.tag === 0xa4)
      set.other.push(
        `DirName:${readChildren(name)
          .map((one) => readName(one).text)
          .join(', ')}`,
      );
    else set.other.push(`kind ${name.tag & 0x1f}`);
  }
  return set;
}

/** Text of 4 or 16 address bytes, in the short form Go prints; undefined for other lengths. */
export function formatAddress(bytes: Buffer): string | undefined {
  if (bytes.length === 4) return [...bytes].join('.');
  if (bytes.length !== 16) return undefined;
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16)).join(':');
  return new URL(`http://[${groups}]/`).hostname.slice(1, -1);
}

/** The bytes of an address that normaliseAddress accepted. */
export function addressBytes(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number));
  const [head = '', tail] = address.split('::');
  const words = (part: string) =>
    part
      .split(':')
      .filter((word) => word !== '')
      .map((word) => Number.parseInt(word, 16));
  const left = words(head);
  const right = words(tail ?? '');
  const all = tail === undefined ? left : [...left, ...new Array<number>(8 - left.length - right.length).fill(0), ...right];
  const bytes = Buffer.alloc(16);
  all.forEach((word, index) => {
    bytes.writeUInt16BE(word, index * 2);
  });
  return bytes;
}
