import type { KeyObject } from 'node:crypto';
import { CertificateError, CertificateUsageError } from '../errors.ts';
import { MAX_NAMES } from '../limits.ts';
import { type AltName, isSingleLabel, singleLabelWarning, webAddressWarning } from '../names/subject-name.ts';
import { encodeSubject, type SubjectFields } from '../x509/distinguished-name.ts';
import { PURPOSE } from '../x509/oids.ts';
import { x509 } from '../x509/provider.ts';
import type { Certificate } from '../x509/read-certificate.ts';
import {
  altNameExtension,
  buildCertificate,
  type Issuer,
  type RevocationUrls,
  revocationExtensions,
  validityFromNow,
} from './build-certificate.ts';
import { daysBetween } from '../x509/days.ts';

/** Longest validity that Apple's systems accept from a CA that a person installed, in days. */
export const APPLE_MAX_DAYS = 825;
export const DEFAULT_SERVER_DAYS = 825;

export interface ServerCertificateRequest {
  readonly names: readonly AltName[];
  readonly publicKey: KeyObject;
  readonly days: number;
  /** Fields beside the names; `commonName` defaults to the first DNS name or address, and an explicit '' leaves the subject empty. */
  readonly subject?: SubjectFields | undefined;
  /** A subject to keep as it is (renewal), instead of `subject`. */
  readonly subjectDer?: Buffer | undefined;
  readonly urls?: RevocationUrls | undefined;
}

export interface IssuedCertificate {
  readonly certificate: Certificate;
  /** The certificate, then its issuers up to and including the root. */
  readonly chain: readonly Certificate[];
  readonly warnings: readonly string[];
}

/**
 * Issues a TLS server certificate: names in the SAN by kind, CA:FALSE critical, digitalSignature (and keyEncipherment for RSA) critical, serverAuth.
 * @throws CertificateUsageError without names; CertificateError when the issuer may not sign or has expired.
 */
export async function issueServerCertificate(issuer: Issuer, request: ServerCertificateRequest): Promise<IssuedCertificate> {
  if (request.names.length === 0) throw new CertificateUsageError('A server certificate needs at least one host name or address.');
  if (request.names.length > MAX_NAMES)
    throw new CertificateUsageError(`A certificate may hold at most ${MAX_NAMES} names here; issue several certificates, or a wildcard.`);
  refuseIssuer(issuer.certificate);
  const subject = request.subjectDer ?? encodeSubject(withCommonName(request));
  const { validity, warnings } = chooseValidity(request, issuer.certificate);
  const flags = x509.KeyUsageFlags;
  const usages = request.publicKey.asymmetricKeyType === 'rsa' ? flags.digitalSignature | flags.keyEncipherment : flags.digitalSignature;
  const certificate = await buildCertificate(
    {
      subject,
      publicKey: request.publicKey,
      validity,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(usages, true),
        new x509.ExtendedKeyUsageExtension([PURPOSE.serverAuth], false),
        altNameExtension(request.names, subject),
        ...revocationExtensions(request.urls ?? {}),
      ],
    },
    issuer,
  );
  return {
    certificate,
    chain: [certificate, issuer.certificate, ...issuer.above],
    warnings: [...warnings, ...nameWarnings(request.names)],
  };
}

/** What to say about names before anything is written: single labels and web addresses. */
export function nameWarnings(names: readonly AltName[]): string[] {
  const found: string[] = [];
  for (const name of names) {
    if (name.kind === 'dns' && isSingleLabel(name.value)) found.push(singleLabelWarning(name.value));
    const web = webAddressWarning(name);
    if (web !== undefined) found.push(web);
  }
  if (!names.some((name) => name.kind === 'dns' || name.kind === 'ip'))
    found.push('None of the names is a host name or an IP address, so no TLS client will accept this certificate for a server.');
  return found;
}

function withCommonName(request: ServerCertificateRequest): SubjectFields {
  const first = request.names.find((name) => name.kind === 'dns') ?? request.names.find((name) => name.kind === 'ip');
  const fallback = first !== undefined && first.value.length <= 64 ? first.value : undefined;
  const commonName = request.subject?.commonName ?? fallback;
  return { ...request.subject, ...(commonName === undefined ? {} : { commonName }) };
}

function refuseIssuer(ca: Certificate): void {
  const now = Date.now();
  if (!ca.basicConstraints?.ca)
    throw new CertificateError(
      `"${ca.subject.text}" is not a CA certificate (no basicConstraints CA:TRUE): clients would refuse what it signs. Make one with: berth cert ca`,
    );
  if (ca.keyUsage !== undefined && !ca.keyUsage.includes('keyCertSign'))
    throw new CertificateError(`The CA "${ca.subject.text}" may not sign certificates (its key usage lacks keyCertSign).`);
  if (ca.notAfter.getTime() <= now)
    throw new CertificateError(`The CA "${ca.subject.text}" expired on ${ca.notAfter.toISOString()}. Make a new one with: berth cert ca`);
  if (ca.notBefore.getTime() > now)
    throw new CertificateError(
      `The CA "${ca.subject.text}" is valid only from ${ca.notBefore.toISOString()}: this machine's clock may be wrong.`,
    );
}

function chooseValidity(request: ServerCertificateRequest, ca: Certificate) {
  const warnings: string[] = [];
  let validity = validityFromNow(request.days);
  if (request.days > APPLE_MAX_DAYS)
    warnings.push(
      `${request.days} days is longer than the ${APPLE_MAX_DAYS} days that Apple's systems accept from a private CA: Safari and docker on macOS will refuse it. (Public CAs are held to 200 days since March 2026.) Use --days ${APPLE_MAX_DAYS} and renew.`,
    );
  if (validity.notAfter > ca.notAfter) {
    validity = { ...validity, notAfter: ca.notAfter };
    warnings.push(
      `The certificate ends with its CA, in ${daysBetween(new Date(), ca.notAfter)} days (${ca.notAfter.toISOString()}), not after ${request.days} days.`,
    );
  }
  if (validity.notBefore < ca.notBefore) validity = { ...validity, notBefore: ca.notBefore };
  return { validity, warnings };
}
