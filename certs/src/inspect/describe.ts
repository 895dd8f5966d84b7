import type { KeyObject } from 'node:crypto';
import type { RevocationList } from '../authority/revocation-list.ts';
import { daysBetween } from '../x509/days.ts';
import type { SigningRequest } from '../issue/signing-request.ts';
import { describeKey, publicKeyDer } from '../keys/private-key.ts';
import { purposeName } from '../x509/oids.ts';
import { type Certificate, isSelfSigned } from '../x509/read-certificate.ts';

/** What `inspect --json` prints of a certificate; dates are ISO 8601, identifiers hex. */
export interface CertificateDescription {
  readonly kind: 'certificate';
  readonly subject: string;
  readonly issuer: string;
  readonly selfSigned: boolean;
  readonly ca: boolean;
  readonly pathLength: number | null;
  readonly serial: string;
  readonly version: number;
  readonly names: {
    readonly dns: readonly string[];
    readonly ip: readonly string[];
    readonly uri: readonly string[];
    readonly email: readonly string[];
    readonly other: readonly string[];
    readonly critical: boolean;
  } | null;
  readonly notBefore: string;
  readonly notAfter: string;
  /** Whole days; negative after expiry. */
  readonly daysLeft: number;
  readonly key: string;
  readonly signature: string;
  readonly keyUsage: readonly string[] | null;
  readonly extendedKeyUsage: readonly string[] | null;
  readonly subjectKeyId: string | null;
  readonly authorityKeyId: string | null;
  readonly ocspUrls: readonly string[];
  readonly crlUrls: readonly string[];
  readonly sha256: string;
  readonly sha1: string;
  /** Whether a private key in the same input belongs to it; null when there was no key. */
  readonly keyMatches: boolean | null;
}

export function describeCertificate(certificate: Certificate, keys: readonly KeyObject[] = []): CertificateDescription {
  const names = certificate.altNames;
  return {
    kind: 'certificate',
    subject: certificate.subject.text,
    issuer: certificate.issuer.text,
    selfSigned: isSelfSigned(certificate),
    ca: certificate.basicConstraints?.ca ?? false,
    pathLength: certificate.basicConstraints?.pathLength ?? null,
    serial: certificate.serial,
    version: certificate.version,
    names: names
      ? { dns: names.dns, ip: names.ip, uri: names.uri, email: names.email, other: names.other, critical: names.critical }
      : null,
    notBefore: certificate.notBefore.toISOString(),
    notAfter: certificate.notAfter.toISOString(),
    daysLeft: daysBetween(new Date(), certificate.notAfter),
    key: certificate.publicKey ? describeKey(certificate.publicKey) : 'unknown',
    signature: certificate.signatureAlgorithm,
    keyUsage: certificate.keyUsage ?? null,
    extendedKeyUsage: certificate.extendedKeyUsage?.map(purposeName) ?? null,
    subjectKeyId: certificate.subjectKeyId ?? null,
    authorityKeyId: certificate.authorityKeyId ?? null,
    ocspUrls: certificate.ocspUrls,
    crlUrls: certificate.crlUrls,
    sha256: certificate.sha256,
    sha1: certificate.sha1,
    keyMatches: keys.length === 0 ? null : keys.some((key) => publicKeyDer(key).equals(certificate.spki)),
  };
}

export function describeRequest(request: SigningRequest, keys: readonly KeyObject[] = []) {
  const names = request.altNames;
  return {
    kind: 'request' as const,
    subject: request.subject.text,
    names: names ? { dns: names.dns, ip: names.ip, uri: names.uri, email: names.email } : null,
    key: describeKey(request.publicKey),
    signatureValid: true,
    keyMatches: keys.length === 0 ? null : keys.some((key) => publicKeyDer(key).equals(publicKeyDer(request.publicKey))),
  };
}

export function describeRevocationList(list: RevocationList) {
  return {
    kind: 'crl' as const,
    issuer: list.issuer.text,
    number: list.number ?? null,
    thisUpdate: list.thisUpdate.toISOString(),
    nextUpdate: list.nextUpdate?.toISOString() ?? null,
    signature: list.signatureAlgorithm,
    revoked: list.entries.map((one) => ({
      serial: one.serial,
      revokedAt: one.revokedAt.toISOString(),
      reason: one.reason ?? 'unspecified',
    })),
  };
}

export function describePrivateKey(key: KeyObject, certificates: readonly Certificate[]) {
  const spki = publicKeyDer(key);
  return {
    kind: 'private-key' as const,
    key: describeKey(key),
    matches: certificates.filter((one) => one.spki.equals(spki)).map((one) => one.subject.text),
  };
}

export type Description =
  | CertificateDescription
  | ReturnType<typeof describeRequest>
  | ReturnType<typeof describeRevocationList>
  | ReturnType<typeof describePrivateKey>
  | { readonly kind: 'public-key'; readonly key: string };
