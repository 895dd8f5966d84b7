import { CertificateError } from '../errors.ts';
import { looksLikePem, readPem } from '../pem.ts';
import { type Certificate, isSelfSigned, isSignedBy, readCertificate } from './read-certificate.ts';

/** The certificates of a PEM or single-DER file, in order. */
export function readCertificateFile(bytes: Buffer, name: string): Certificate[] {
  const ders = looksLikePem(bytes)
    ? readPem(bytes.toString('latin1'))
        .filter((block) => isCertificateLabel(block.label))
        .map((block) => block.der)
    : [bytes];
  if (ders.length === 0)
    throw new CertificateError(`${name} holds no certificate.`, { reason: 'certificate-file-none', values: { file: name } });
  return ders.map((der) => readNamed(der, name));
}

export function isCertificateLabel(label: string): boolean {
  return label === 'CERTIFICATE' || label === 'X509 CERTIFICATE' || label === 'TRUSTED CERTIFICATE';
}

/** Only the roots of a chain are handed to clients as what to trust; without a root the topmost certificate. */
export function trustAnchor(chain: readonly Certificate[]): Certificate | undefined {
  return chain.find(isSelfSigned) ?? chain.at(-1);
}

/** The root under which a certificate was issued, as far as the CAs in `known` lead there by their signatures; a self-signed one is its own. */
export function issuingRoot(certificate: Certificate, known: readonly Certificate[]): Certificate | undefined {
  const path = [certificate];
  for (let at: Certificate | undefined = certificate; at !== undefined; ) {
    const last: Certificate = at;
    if (isSelfSigned(last)) return last;
    at = known.find((one) => !path.includes(one) && one.subject.raw.equals(last.issuer.raw) && isSignedBy(last, one));
    if (at !== undefined) path.push(at);
  }
  return undefined;
}

function readNamed(der: Buffer, name: string): Certificate {
  try {
    return readCertificate(der);
  } catch (error) {
    if (error instanceof CertificateError)
      throw new CertificateError(`${name} does not hold a readable certificate. ${error.message}`, {
        cause: error,
        reason: 'certificate-file-unreadable',
        values: { file: name },
      });
    throw error;
  }
}
