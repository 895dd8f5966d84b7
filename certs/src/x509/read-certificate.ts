import { createHash, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { decodeOid, decodeSmallInteger, type DerElement, expectChild, readChildren, readDer, TAG } from '../der.ts';
import { CertificateError } from '../errors.ts';
import { attributeOf, type DistinguishedName, printable, readName } from './distinguished-name.ts';
import { type AltNameSet, readGeneralNames } from './general-names.ts';
import { EXTENSION, signatureName } from './oids.ts';

export interface Extension {
  readonly oid: string;
  readonly critical: boolean;
  readonly value: Buffer;
}

/** A certificate read from DER: what verifying, describing and issuing need, with the exact bytes kept. */
export interface Certificate {
  readonly der: Buffer;
  readonly tbs: Buffer;
  readonly version: number;
  /** Lower-case hex without leading zeros. */
  readonly serial: string;
  readonly serialIsNegative: boolean;
  readonly signatureAlgorithm: string;
  readonly issuer: DistinguishedName;
  readonly subject: DistinguishedName;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly spki: Buffer;
  /** Undefined for key types that node:crypto does not know. */
  readonly publicKey: KeyObject | undefined;
  readonly extensions: readonly Extension[];
  readonly altNames: (AltNameSet & { readonly critical: boolean }) | undefined;
  readonly basicConstraints: { readonly ca: boolean; readonly pathLength: number | undefined } | undefined;
  readonly keyUsage: readonly string[] | undefined;
  /** Dotted OIDs. */
  readonly extendedKeyUsage: readonly string[] | undefined;
  readonly subjectKeyId: string | undefined;
  readonly authorityKeyId: string | undefined;
  readonly ocspUrls: readonly string[];
  readonly crlUrls: readonly string[];
  /** Upper-case hex with colons. */
  readonly sha256: string;
  readonly sha1: string;
}

const KEY_USAGES = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
];

/** @throws CertificateError when the bytes are not one X.509 certificate. */
export function readCertificate(der: Buffer): Certificate {
  const [tbsElement, algorithm] = readChildren(expectSequence(readDer(der)));
  if (tbsElement?.tag !== TAG.sequence || algorithm === undefined)
    throw new CertificateError('The data is not an X.509 certificate.', { reason: 'certificate-data-format' });
  const fields = readChildren(tbsElement);
  const versioned = fields[0]?.tag === TAG.context0;
  const version = versioned ? decodeSmallInteger(readDer(fields[0]?.content ?? Buffer.alloc(0)).content) + 1 : 1;
  const at = versioned ? 1 : 0;
  const serial = expectChild(fields, at, TAG.integer).content;
  const dates = readChildren(expectChild(fields, at + 3, TAG.sequence));
  const spki = expectChild(fields, at + 5, TAG.sequence).raw;
  const extensions = readExtensions(fields.find((one) => one.tag === TAG.context3));
  return {
    der: Buffer.from(der),
    tbs: tbsElement.raw,
    version,
    serial: serial.toString('hex').replace(/^0+(?=.)/, ''),
    serialIsNegative: ((serial[0] ?? 0) & 0x80) !== 0,
    signatureAlgorithm: signatureName(decodeOid(expectChild(readChildren(algorithm), 0, TAG.oid).content)),
    issuer: readName(expectChild(fields, at + 2, TAG.sequence)),
    subject: readName(expectChild(fields, at + 4, TAG.sequence)),
    notBefore: readTime(dates[0]),
    notAfter: readTime(dates[1]),
    spki,
    publicKey: publicKeyOf(spki),
    extensions,
    ...readKnownExtensions(extensions),
    sha256: fingerprint(der, 'sha256'),
    sha1: fingerprint(der, 'sha1'),
  };
}

/** Whether `child` carries a signature that verifies with `issuer`'s key. Names and rights are not looked at. */
export function isSignedBy(child: Certificate, issuer: Certificate): boolean {
  if (issuer.publicKey === undefined) return false;
  // node throws instead of answering false when the key does not fit the algorithm (an RSA signature, an EC key).
  try {
    return new X509Certificate(child.der).verify(issuer.publicKey);
  } catch {
    return false;
  }
}

export function isSelfSigned(certificate: Certificate): boolean {
  return certificate.subject.raw.equals(certificate.issuer.raw) && isSignedBy(certificate, certificate);
}

/** A short name for people: the common name, else the first DNS name or address, else the whole subject. */
export function shortName(certificate: Certificate): string {
  return attributeOf(certificate.subject, 'CN') || certificate.altNames?.dns[0] || certificate.altNames?.ip[0] || certificate.subject.text;
}

/** The names of a certificate as `DNS:a.example`, those that name a host first. */
export function formattedNames(certificate: Certificate): string[] {
  const { dns = [], ip = [], uri = [], email = [] } = certificate.altNames ?? {};
  return [
    ...dns.map((one) => `DNS:${one}`),
    ...ip.map((one) => `IP:${one}`),
    ...uri.map((one) => `URI:${one}`),
    ...email.map((one) => `email:${one}`),
  ];
}

export function fingerprint(der: Buffer, algorithm: 'sha256' | 'sha1'): string {
  return (createHash(algorithm).update(der).digest('hex').toUpperCase().match(/../g) ?? []).join(':');
}

/** UTCTime and GeneralizedTime in the forms RFC 5280 4.1.2.5 allows. */
export function readTime(element: DerElement | undefined): Date {
  const text = element?.content.toString('latin1') ?? '';
  const parts =
    element?.tag === TAG.utcTime
      ? /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?Z$/.exec(text)
      : /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(?:\.\d+)?Z$/.exec(text);
  if (!parts)
    throw new CertificateError('A date in the DER data is not in the form that RFC 5280 allows.', { reason: 'certificate-data-format' });
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts.slice(1).map((part) => Number(part ?? 0));
  const full = element?.tag === TAG.utcTime ? (year >= 50 ? 1900 + year : 2000 + year) : year;
  const date = new Date(0);
  date.setUTCFullYear(full, month - 1, day);
  date.setUTCHours(hour, minute, second);
  return date;
}

/** Reads an `[n] EXPLICIT Extensions` element or undefined. */
export function readExtensions(explicit: DerElement | undefined): Extension[] {
  if (explicit === undefined) return [];
  return readChildren(expectSequence(readDer(explicit.content))).map((one) => {
    const parts = readChildren(one);
    const critical = parts[1]?.tag === TAG.boolean && parts[1].content[0] !== 0;
    const value = parts.at(-1);
    if (value?.tag !== TAG.octetString)
      throw new CertificateError('An extension is not built as RFC 5280 demands.', { reason: 'certificate-data-format' });
    return { oid: decodeOid(expectChild(parts, 0, TAG.oid).content), critical, value: value.content };
  });
}

/** Names in requested or issued extensions; undefined when there is no SubjectAltName. */
export function altNamesOf(extensions: readonly Extension[]): Certificate['altNames'] {
  const found = extensions.find((one) => one.oid === EXTENSION.subjectAltName);
  return found === undefined ? undefined : { ...readGeneralNames(readDer(found.value)), critical: found.critical };
}

function readKnownExtensions(extensions: readonly Extension[]) {
  const get = (oid: string) => extensions.find((one) => one.oid === oid);
  const purposes = get(EXTENSION.extendedKeyUsage);
  const keyId = get(EXTENSION.subjectKeyId);
  const issuerId = get(EXTENSION.authorityKeyId);
  const access = get(EXTENSION.authorityInfoAccess);
  const points = get(EXTENSION.crlDistributionPoints);
  return {
    altNames: altNamesOf(extensions),
    basicConstraints: readBasicConstraints(get(EXTENSION.basicConstraints)),
    keyUsage: readKeyUsage(get(EXTENSION.keyUsage)),
    extendedKeyUsage: purposes && readChildren(readDer(purposes.value)).map((one) => decodeOid(one.content)),
    subjectKeyId: keyId && readDer(keyId.value).content.toString('hex'),
    authorityKeyId:
      issuerId &&
      readChildren(readDer(issuerId.value))
        .find((one) => one.tag === 0x80)
        ?.content.toString('hex'),
    ocspUrls: access ? readAccess(access.value, '1.3.6.1.5.5.7.48.1') : [],
    crlUrls: points ? findUris(readDer(points.value), 0) : [],
  };
}

function readBasicConstraints(extension: Extension | undefined): Certificate['basicConstraints'] {
  if (extension === undefined) return undefined;
  const parts = readChildren(readDer(extension.value));
  const length = parts.find((one) => one.tag === TAG.integer);
  return {
    ca: parts.some((one) => one.tag === TAG.boolean && one.content[0] !== 0),
    pathLength: length && decodeSmallInteger(length.content),
  };
}

function readKeyUsage(extension: Extension | undefined): string[] | undefined {
  if (extension === undefined) return undefined;
  const bits = readDer(extension.value).content.subarray(1);
  return KEY_USAGES.filter((_, index) => ((bits[index >> 3] ?? 0) & (0x80 >> (index & 7))) !== 0);
}

function readAccess(value: Buffer, method: string): string[] {
  return readChildren(readDer(value)).flatMap((one) => {
    const [oid, location] = readChildren(one);
    return oid && location?.tag === 0x86 && decodeOid(oid.content) === method ? [uriText(location)] : [];
  });
}

/** These addresses are shown to people, too: see {@link printable}. */
function uriText(element: DerElement): string {
  return printable(element.content.toString('latin1'));
}

function findUris(element: DerElement, depth: number): string[] {
  if (element.tag === 0x86) return [uriText(element)];
  if (!(element.tag & 0x20) || depth > 6) return [];
  return readChildren(element).flatMap((one) => findUris(one, depth + 1));
}

function publicKeyOf(spki: Buffer): KeyObject | undefined {
  // An unknown key algorithm is described as such and verifies nothing; it must not stop `inspect`.
  try {
    return createPublicKey({ key: spki, format: 'der', type: 'spki' });
  } catch {
    return undefined;
  }
}

function expectSequence(element: DerElement): DerElement {
  if (element.tag !== TAG.sequence)
    throw new CertificateError('The DER data is not built as its format demands.', { reason: 'certificate-data-format' });
  return element;
}
