import { isWeakSignature } from '../x509/oids.ts';
import type { Certificate } from '../x509/read-certificate.ts';
import { APPLE_MAX_DAYS } from '../issue/server-certificate.ts';
import { daysBetween } from '../x509/days.ts';
import type { VerifyResult } from './go-verifier.ts';

/** What Chromium shows for a certificate that Go's rules found fault with, in Chromium's order of importance; undefined when it accepts. */
export function chromiumError(result: VerifyResult, chain: readonly Certificate[]): string | undefined {
  const codes = new Set(result.problems.map((one) => one.code));
  if (codes.has('key')) return 'ERR_SSL_VERSION_OR_CIPHER_MISMATCH';
  if (codes.has('malformed') || codes.has('critical-extension') || codes.has('usage')) return 'NET::ERR_CERT_INVALID';
  if (codes.has('authority'))
    return chain.slice(0, -1).some((one) => isWeakSignature(one.signatureAlgorithm))
      ? 'NET::ERR_CERT_WEAK_SIGNATURE_ALGORITHM'
      : 'NET::ERR_CERT_AUTHORITY_INVALID';
  if (codes.has('name')) return 'NET::ERR_CERT_COMMON_NAME_INVALID';
  if (codes.has('expired') || codes.has('not-yet-valid')) return 'NET::ERR_CERT_DATE_INVALID';
  return undefined;
}

/** What Apple's systems hold against a server certificate from a private CA (support article HT210176), beyond Go's rules. */
export function appleProblems(leaf: Certificate): string[] {
  const found: string[] = [];
  const days = daysBetween(leaf.notBefore, leaf.notAfter);
  if (days > APPLE_MAX_DAYS) found.push(`it is valid for ${days} days; Apple's systems accept at most ${APPLE_MAX_DAYS}`);
  if (leaf.extendedKeyUsage === undefined) found.push("it names no extended key usage; Apple's systems demand serverAuth");
  const bits = leaf.publicKey?.asymmetricKeyDetails?.modulusLength;
  if (bits !== undefined && bits < 2048) found.push(`its RSA key has ${bits} bits; at least 2048 are demanded`);
  return found;
}
