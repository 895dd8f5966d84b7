import { CertificateUsageError } from '../errors.ts';
import { decodeOid, type DerElement, encodeDer, encodeOid, readChildren, TAG } from '../der.ts';

/** Subject fields of the usual recipe. Empty fields are left out. */
export interface SubjectFields {
  readonly country?: string;
  readonly state?: string;
  readonly locality?: string;
  readonly organization?: string;
  readonly organizationalUnit?: string;
  readonly commonName?: string;
}

export interface NameAttribute {
  /** Short name (CN) or dotted OID. */
  readonly type: string;
  readonly value: string;
}

export interface DistinguishedName {
  readonly raw: Buffer;
  readonly attributes: readonly NameAttribute[];
  /** "C=CN, O=example, CN=cdh1" in the certificate's own order; "(empty)" for none. */
  readonly text: string;
}

const SHORT: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.4': 'SN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'street',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.12': 'title',
  '2.5.4.42': 'GN',
  '1.2.840.113549.1.9.1': 'emailAddress',
  '0.9.2342.19200300.100.1.25': 'DC',
  '0.9.2342.19200300.100.1.1': 'UID',
};

/** Field, OID, longest value (RFC 5280 appendix A.1 upper bounds). */
const FIELDS: readonly (readonly [keyof SubjectFields, string, number])[] = [
  ['country', '2.5.4.6', 2],
  ['state', '2.5.4.8', 128],
  ['locality', '2.5.4.7', 128],
  ['organization', '2.5.4.10', 64],
  ['organizationalUnit', '2.5.4.11', 64],
  ['commonName', '2.5.4.3', 64],
];

/**
 * DER of a Name from fields, in the order C, ST, L, O, OU, CN; UTF8String, except the country (PrintableString).
 * @throws CertificateUsageError when a field is longer than RFC 5280 allows or the country is not two letters.
 */
export function encodeSubject(fields: SubjectFields): Buffer {
  const sets: Buffer[] = [];
  for (const [field, oid, limit] of FIELDS) {
    const value = fields[field]?.trim();
    if (value === undefined || value === '') continue;
    const isCountry = field === 'country';
    if (isCountry && !/^[A-Za-z]{2}$/.test(value))
      throw new CertificateUsageError(`The country (C) is two letters, like CN or DE, not "${value}".`, {
        reason: 'certificate-subject-country',
        values: { value },
      });
    if ([...value].length > limit)
      throw new CertificateUsageError(
        `The subject field ${SHORT[oid]} may have at most ${limit} characters; "${value.slice(0, 40)}" has ${[...value].length}.`,
        { reason: 'certificate-subject-length', values: { field: SHORT[oid] ?? oid, most: limit } },
      );
    if (hasControlCharacter(value))
      throw new CertificateUsageError(`The subject field ${SHORT[oid]} holds a control character.`, {
        reason: 'certificate-subject-control',
        values: { field: SHORT[oid] ?? oid },
      });
    const text = isCountry
      ? encodeDer(TAG.printable, Buffer.from(value.toUpperCase(), 'latin1'))
      : encodeDer(TAG.utf8, Buffer.from(value, 'utf8'));
    sets.push(encodeDer(TAG.set, encodeDer(TAG.sequence, encodeOid(oid), text)));
  }
  return encodeDer(TAG.sequence, ...sets);
}

export function readName(element: DerElement): DistinguishedName {
  const attributes: NameAttribute[] = [];
  for (const set of readChildren(element))
    for (const pair of readChildren(set)) {
      const [oid, value] = readChildren(pair);
      if (oid === undefined || value === undefined) continue;
      const dotted = decodeOid(oid.content);
      attributes.push({ type: SHORT[dotted] ?? dotted, value: readText(value) });
    }
  const text = attributes.map((one) => `${one.type}=${one.value}`).join(', ');
  return { raw: element.raw, attributes, text: text === '' ? '(empty)' : text };
}

/** The last value of a type, the way most readers choose the common name; '' when absent. */
export function attributeOf(name: DistinguishedName, type: string): string {
  return name.attributes.findLast((one) => one.type === type)?.value ?? '';
}

/** Text of a DER string; control characters are replaced so that a hostile certificate cannot drive the terminal. */
export function readText(element: DerElement): string {
  const { tag, content } = element;
  let text: string;
  if (tag === TAG.utf8) text = content.toString('utf8');
  else if (tag === TAG.bmp)
    text = Buffer.from(content)
      .subarray(0, content.length & ~1)
      .swap16()
      .toString('utf16le');
  else text = content.toString('latin1');
  return printable(text);
}

export function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
}

/** Like {@link printable}, for text of several lines, such as what a server answered. */
export function printableLines(text: string): string {
  return text.split(/\r?\n/).map(printable).join('\n');
}

function hasControlCharacter(text: string): boolean {
  return printable(text) !== text;
}
