import { createPublicKey, type KeyObject } from 'node:crypto';
import { CertificateError } from '../errors.ts';
import { x509 } from '../x509/provider.ts';
import { encodeSubject, type SubjectFields } from '../x509/distinguished-name.ts';
import type { Certificate } from '../x509/read-certificate.ts';
import { buildCertificate, validityFromNow } from './build-certificate.ts';

export interface AuthorityRequest {
  readonly key: KeyObject;
  readonly subject: SubjectFields;
  readonly days: number;
  /** How many CAs may stand below this one; undefined: any number. */
  readonly pathLength?: number | undefined;
}

/**
 * A self-signed root: basicConstraints CA:TRUE critical, keyCertSign and cRLSign critical, key identifiers (RFC 5280 4.2.1).
 * @throws CertificateError when the subject is empty (RFC 5280 4.1.2.4: a CA has a name).
 */
export async function createCertificateAuthority(request: AuthorityRequest): Promise<Certificate> {
  const subject = encodeSubject(request.subject);
  if (subject.length <= 2) throw new CertificateError('A CA needs a name: give at least its common name (--cn) or organization (--o).');
  const usages = x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign | x509.KeyUsageFlags.digitalSignature;
  return buildCertificate(
    {
      subject,
      publicKey: createPublicKey(request.key),
      validity: validityFromNow(request.days),
      extensions: [new x509.BasicConstraintsExtension(true, request.pathLength, true), new x509.KeyUsagesExtension(usages, true)],
    },
    request.key,
  );
}
