import { CertificateError } from './errors.ts';

/** One DER element. `raw` and `content` are views into the input, so a certificate found inside a store keeps its exact bytes. */
export interface DerElement {
  readonly tag: number;
  readonly content: Buffer;
  readonly raw: Buffer;
}

/** Universal and context tags used here (X.680 8.6; constructed bit included where it belongs). */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utf8: 0x0c,
  sequence: 0x30,
  set: 0x31,
  printable: 0x13,
  ia5: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  bmp: 0x1e,
  context0: 0xa0,
  context1: 0xa1,
  context2: 0xa2,
  context3: 0xa3,
} as const;

/**
 * Reads the element that starts at `offset`.
 * @throws CertificateError when the bytes end early, use indefinite length (BER) or a multi-byte tag.
 */
export function readDer(bytes: Buffer, offset = 0): DerElement {
  const tag = bytes[offset];
  const first = bytes[offset + 1];
  if (tag === undefined || first === undefined)
    throw new CertificateError('The DER data ends early: it is cut off or is not DER.', { reason: 'certificate-data-cut' });
  if ((tag & 0x1f) === 0x1f)
    throw new CertificateError('The DER data has a tag that no certificate format uses.', { reason: 'certificate-data-format' });
  let length = first;
  let header = 2;
  if (first & 0x80) {
    const count = first & 0x7f;
    if (count === 0)
      throw new CertificateError('The data uses BER indefinite lengths; convert it to DER first (openssl reads and rewrites it).', {
        reason: 'certificate-data-ber',
      });
    if (count > 4) throw new CertificateError('The DER data names an impossible length.', { reason: 'certificate-data-format' });
    length = 0;
    for (let i = 0; i < count; i += 1) {
      const byte = bytes[offset + 2 + i];
      if (byte === undefined)
        throw new CertificateError('The DER data ends early: it is cut off or is not DER.', { reason: 'certificate-data-cut' });
      length = length * 256 + byte;
    }
    header += count;
  }
  const start = offset + header;
  if (start + length > bytes.length)
    throw new CertificateError('The DER data ends early: it is cut off or is not DER.', { reason: 'certificate-data-cut' });
  return { tag, content: bytes.subarray(start, start + length), raw: bytes.subarray(offset, start + length) };
}

/** The elements inside a constructed element, in order. */
export function readChildren(element: DerElement): DerElement[] {
  return readAll(element.content);
}

/** The elements that follow one another in `bytes`, which they must fill. */
export function readAll(bytes: Buffer): DerElement[] {
  const found: DerElement[] = [];
  for (let offset = 0; offset < bytes.length; ) {
    const next = readDer(bytes, offset);
    found.push(next);
    offset += next.raw.length;
  }
  return found;
}

/** The child at `index`, with the tag it must have. */
export function expectChild(children: readonly DerElement[], index: number, tag: number): DerElement {
  const child = children[index];
  if (child === undefined || child.tag !== tag)
    throw new CertificateError('The DER data is not built as its format demands.', { reason: 'certificate-data-format' });
  return child;
}

/** Encodes one element around `parts`. */
export function encodeDer(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const length = content.length;
  let header: number[];
  if (length < 0x80) header = [tag, length];
  else {
    const bytes: number[] = [];
    for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest & 0xff);
    header = [tag, 0x80 | bytes.length, ...bytes];
  }
  return Buffer.concat([Buffer.from(header), content]);
}

export function encodeOid(text: string): Buffer {
  const arcs = text.split('.').map(Number);
  const bytes: number[] = [];
  const push = (arc: number) => {
    const groups = [arc & 0x7f];
    for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) groups.unshift((rest & 0x7f) | 0x80);
    bytes.push(...groups);
  };
  push((arcs[0] ?? 0) * 40 + (arcs[1] ?? 0));
  for (const arc of arcs.slice(2)) push(arc);
  return encodeDer(TAG.oid, Buffer.from(bytes));
}

/** The dotted text of an OBJECT IDENTIFIER element's content. */
export function decodeOid(content: Buffer): string {
  const arcs: number[] = [];
  let value = 0;
  for (const byte of content) {
    value = value * 128 + (byte & 0x7f);
    if (value > Number.MAX_SAFE_INTEGER / 128)
      throw new CertificateError('The DER data holds an impossible object identifier.', { reason: 'certificate-data-format' });
    if (!(byte & 0x80)) {
      arcs.push(value);
      value = 0;
    }
  }
  const head = arcs[0] ?? 0;
  const top = Math.min(2, Math.floor(head / 40));
  return [top, head - top * 40, ...arcs.slice(1)].join('.');
}

/** A non-negative INTEGER from its value. */
export function encodeInteger(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.unshift(rest & 0xff);
    rest = Math.floor(rest / 256);
  } while (rest > 0);
  if ((bytes[0] ?? 0) & 0x80) bytes.unshift(0);
  return encodeDer(TAG.integer, Buffer.from(bytes));
}

/** A small INTEGER (at most 6 bytes, not negative); versions, iteration counts and path lengths are. */
export function decodeSmallInteger(content: Buffer): number {
  if (content.length === 0 || content.length > 6 || (content[0] ?? 0) & 0x80)
    throw new CertificateError('The DER data holds a number out of range.', { reason: 'certificate-data-format' });
  return content.readUIntBE(0, content.length);
}
