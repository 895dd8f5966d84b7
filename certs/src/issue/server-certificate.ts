import type { KeyObject } from 'node:crypto';
import { CertificateError, CertificateUsageError, type NamedSentence } from '../errors.ts';
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

/** Browsers and Apple's systems refuse a certificate on a smaller RSA key. */
const LEAST_RSA_BITS = 2048;
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
  /** About how long it is valid; about its names there is {@link nameWarnings}. */
  readonly warnings: readonly NamedSentence[];
}

/**
 * Issues a TLS server certificate: names in the SAN by kind, CA:FALSE critical, digitalSignature (and keyEncipherment for RSA) critical, serverAuth.
 * @throws CertificateUsageError without names; CertificateError for a key that clients refuse, or when the issuer may not sign or has expired.
 */
export async function issueServerCertificate(issuer: Issuer, request: ServerCertificateRequest): Promise<IssuedCertificate> {
  if (request.names.length === 0)
    throw new CertificateUsageError('A server certificate needs at least one host name or address.', { reason: 'certificate-names-none' });
  if (request.names.length > MAX_NAMES)
    throw new CertificateUsageError(`A certificate may hold at most ${MAX_NAMES} names here; issue several certificates, or a wildcard.`, {
      reason: 'certificate-names-most',
      values: { most: MAX_NAMES },
    });
  refuseWeakKey(request.publicKey);
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
  return { certificate, chain: [certificate, issuer.certificate, ...issuer.above], warnings };
}

function refuseWeakKey(key: KeyObject): void {
  const bits = key.asymmetricKeyType === 'rsa' ? key.asymmetricKeyDetails?.modulusLength : undefined;
  if (bits !== undefined && bits < LEAST_RSA_BITS)
    throw new CertificateError(
      `The key has ${bits} bits of RSA, which browsers and macOS refuse. Nothing was issued: make a key of ${LEAST_RSA_BITS} bits or more.`,
      { reason: 'certificate-key-weak', values: { bits, least: LEAST_RSA_BITS } },
    );
}

/** What to say about names before anything is written: single labels and web addresses. */
export function nameWarnings(names: readonly AltName[]): NamedSentence[] {
  const found: NamedSentence[] = [];
  for (const name of names) {
    if (name.kind === 'dns' && isSingleLabel(name.value))
      found.push({ message: singleLabelWarning(name.value), reason: 'certificate-single-label', values: { name: name.value } });
    const web = webAddressWarning(name);
    if (web !== undefined) found.push({ message: web, reason: 'certificate-web-address', values: { name: name.value } });
  }
  if (!names.some((name) => name.kind === 'dns' || name.kind === 'ip'))
    found.push({
      message: 'None of the names is a host name or an IP address, so no TLS client will accept this certificate for a server.',
      reason: 'certificate-names-no-host',
      values: {},
    });
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
  const subject = ca.subject.text;
  if (!ca.basicConstraints?.ca)
    throw new CertificateError(
      `"${subject}" is not a CA certificate (no basicConstraints CA:TRUE): clients would refuse what it signs. Make one with: berth cert ca`,
      { reason: 'certificate-ca-none', values: { subject } },
    );
  if (ca.keyUsage !== undefined && !ca.keyUsage.includes('keyCertSign'))
    throw new CertificateError(`The CA "${subject}" may not sign certificates (its key usage lacks keyCertSign).`, {
      reason: 'certificate-ca-usage',
      values: { subject },
    });
  if (ca.notAfter.getTime() <= now)
    throw new CertificateError(`The CA "${subject}" expired on ${ca.notAfter.toISOString()}. Make a new one with: berth cert ca`, {
      reason: 'certificate-ca-expired',
      values: { subject, at: ca.notAfter.toISOString() },
    });
  if (ca.notBefore.getTime() > now)
    throw new CertificateError(`The CA "${subject}" is valid only from ${ca.notBefore.toISOString()}: this machine's clock may be wrong.`, {
      reason: 'certificate-ca-early',
      values: { subject, at: ca.notBefore.toISOString() },
    });
}

function chooseValidity(request: ServerCertificateRequest, ca: Certificate) {
  const warnings: NamedSentence[] = [];
  let validity = validityFromNow(request.days);
  if (request.days > APPLE_MAX_DAYS)
    warnings.push({
      message: `${request.days} days is longer than the ${APPLE_MAX_DAYS} days that Apple's systems accept from a private CA: Safari and docker on macOS will refuse it. (Public CAs are held to 200 days since March 2026.) Use --days ${APPLE_MAX_DAYS} and renew.`,
      reason: 'certificate-days-apple',
      values: { days: request.days, most: APPLE_MAX_DAYS },
    });
  if (validity.notAfter > ca.notAfter) {
    validity = { ...validity, notAfter: ca.notAfter };
    const left = daysBetween(new Date(), ca.notAfter);
    const at = ca.notAfter.toISOString();
    warnings.push({
      message: `The certificate ends with its CA, in ${left} days (${at}), not after ${request.days} days.`,
      reason: 'certificate-ends-with-ca',
      values: { left, at, days: request.days },
    });
  }
  if (validity.notBefore < ca.notBefore) validity = { ...validity, notBefore: ca.notBefore };
  return { validity, warnings };
}
