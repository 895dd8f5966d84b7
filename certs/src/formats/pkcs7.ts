import { decodeOid, encodeDer, encodeInteger, encodeOid, expectChild, readChildren, readDer, TAG } from '../der.ts';
import { CertificateError } from '../errors.ts';

const SIGNED_DATA = '1.2.840.113549.1.7.2';
const DATA = '1.2.840.113549.1.7.1';

/** DER of a PKCS#7 that carries certificates and nothing signed (RFC 2315 9.1, "degenerate"), as .p7b files are. */
export function writePkcs7(certificates: readonly Buffer[]): Buffer {
  const signedData = encodeDer(
    TAG.sequence,
    encodeInteger(1),
    encodeDer(TAG.set),
    encodeDer(TAG.sequence, encodeOid(DATA)),
    encodeDer(TAG.context0, ...certificates),
    encodeDer(TAG.set),
  );
  return encodeDer(TAG.sequence, encodeOid(SIGNED_DATA), encodeDer(TAG.context0, signedData));
}

/** The certificates (DER) inside a PKCS#7, in its order. @throws CertificateError when it is another kind of PKCS#7 or has none. */
export function readPkcs7(der: Buffer): Buffer[] {
  const [type, content] = readChildren(readDer(der));
  if (type?.tag !== TAG.oid || decodeOid(type.content) !== SIGNED_DATA || content === undefined)
    throw new CertificateError('The PKCS#7 holds no certificates: it is not of the signed-data kind.');
  const fields = readChildren(expectChild([readDer(content.content)], 0, TAG.sequence));
  const certificates = fields.find((one) => one.tag === TAG.context0);
  if (certificates === undefined || certificates.content.length === 0) throw new CertificateError('The PKCS#7 holds no certificates.');
  return readChildren(certificates)
    .filter((one) => one.tag === TAG.sequence)
    .map((one) => one.raw);
}
