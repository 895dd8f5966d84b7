import { decodeOid, type DerElement, readChildren, readDer, TAG } from '../der.ts';
import { CertificateError } from '../errors.ts';
import { looksLikePem } from '../pem.ts';

/** What a file turned out to be, whatever its name says. */
export type FileFormat =
  | 'pem'
  | 'certificate'
  | 'request'
  | 'crl'
  | 'pkcs7'
  | 'pkcs12'
  | 'jks'
  | 'private-key'
  | 'encrypted-private-key'
  | 'public-key';

const JKS_MAGIC = 0xfeedfeed;
const JCEKS_MAGIC = 0xcececece;

/** @throws CertificateError when the bytes are none of the formats that are known here. */
export function detectFormat(bytes: Buffer, name: string): FileFormat {
  if (looksLikePem(bytes)) return 'pem';
  const magic = bytes.length >= 4 ? bytes.readUInt32BE(0) : 0;
  if (magic === JKS_MAGIC) return 'jks';
  if (magic === JCEKS_MAGIC)
    throw new CertificateError(
      `${name} is a JCEKS key store, which is not read here. Convert it first: keytool -importkeystore -srckeystore ${name} -srcstoretype JCEKS -destkeystore store.p12 -deststoretype PKCS12`,
    );
  if (bytes[0] !== TAG.sequence)
    throw new CertificateError(
      `${name} is neither PEM, DER, PKCS#7, PKCS#12 nor JKS${looksLikeText(bytes) ? ': it is a text without a "-----BEGIN" line' : ''}.`,
    );
  let outer: DerElement;
  try {
    outer = readDer(bytes);
  } catch (error) {
    throw new CertificateError(`${name} is cut off or damaged. ${(error as Error).message}`, { cause: error });
  }
  const format = formatOf(readChildren(outer));
  if (format === undefined)
    throw new CertificateError(`${name} is DER, but neither a certificate, request, revocation list, key, PKCS#7 nor PKCS#12.`);
  return format;
}

/** The DER without what some tools leave behind it (newlines). @throws CertificateError when other bytes follow. */
export function withoutTrailer(bytes: Buffer, name: string): Buffer {
  const { raw } = readDer(bytes);
  const rest = bytes.subarray(raw.length);
  if (!rest.every((byte) => byte === 0x0a || byte === 0x0d || byte === 0))
    throw new CertificateError(`${name} has ${rest.length} bytes after its DER data: two files were joined, or it is damaged.`);
  return raw;
}

function formatOf(parts: readonly DerElement[]): FileFormat | undefined {
  const [a, b, c] = parts;
  if (a?.tag === TAG.oid && decodeOid(a.content) === '1.2.840.113549.1.7.2') return 'pkcs7';
  if (a?.tag === TAG.integer) {
    if (a.content[0] === 3 && b?.tag === TAG.sequence && readChildren(b)[0]?.tag === TAG.oid && c?.tag !== TAG.octetString) return 'pkcs12';
    return 'private-key';
  }
  if (a?.tag !== TAG.sequence) return undefined;
  const inner = readChildren(a);
  if (inner[0]?.tag === TAG.oid)
    return b?.tag === TAG.octetString ? 'encrypted-private-key' : b?.tag === TAG.bitString ? 'public-key' : undefined;
  if (b?.tag !== TAG.sequence || c?.tag !== TAG.bitString) return undefined;
  if (inner[0]?.tag === TAG.context0) return 'certificate';
  const isTime = (element: DerElement | undefined) => element?.tag === TAG.utcTime || element?.tag === TAG.generalizedTime;
  if (isTime(inner[2]) || isTime(inner[3])) return 'crl';
  if (inner.length >= 6) return 'certificate';
  return inner[0]?.tag === TAG.integer && inner[2]?.tag === TAG.sequence ? 'request' : undefined;
}

function looksLikeText(bytes: Buffer): boolean {
  return bytes.subarray(0, 200).every((byte) => byte >= 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09);
}
