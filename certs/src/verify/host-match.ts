import { isIP } from 'node:net';
import { normaliseAddress } from '../names/subject-name.ts';
import { attributeOf } from '../x509/distinguished-name.ts';
import { EXTENSION } from '../x509/oids.ts';
import type { Certificate } from '../x509/read-certificate.ts';

/**
 * Go's rule for host names (crypto/x509 VerifyHostname), which docker, podman, skopeo and containerd follow:
 * an address matches IP entries only, a name DNS entries only; the common name never counts.
 * @returns undefined when it matches, else Go's words without the "x509: " before them.
 */
export function hostnameProblem(certificate: Certificate, host: string): string | undefined {
  const names = certificate.altNames;
  const address = isIP(host) ? normaliseAddress(host) : undefined;
  const matches =
    address !== undefined
      ? (names?.ip.includes(address) ?? false)
      : (names?.dns.some((pattern) => matchesDnsPattern(pattern, host)) ?? false);
  if (matches) return undefined;
  const commonName = attributeOf(certificate.subject, 'CN');
  const hasSan = certificate.extensions.some((one) => one.oid === EXTENSION.subjectAltName);
  if (!hasSan && matchesDnsPattern(commonName, host)) return 'certificate relies on legacy Common Name field, use SANs instead';
  if (address !== undefined && (names?.ip.length ?? 0) === 0)
    return `cannot validate certificate for ${host} because it doesn't contain any IP SANs`;
  const valid = (address !== undefined ? names?.ip : names?.dns)?.join(', ') ?? '';
  if (valid === '') return `certificate is not valid for any names, but wanted to match ${host}`;
  return `certificate is valid for ${valid}, not ${host}`;
}

/** Go's matchHostnames: labels compare without case, a lone `*` stands for exactly one first label, a trailing dot of the host is dropped. */
export function matchesDnsPattern(pattern: string, host: string): boolean {
  const wanted = host.toLowerCase().replace(/\.$/, '');
  const given = pattern.toLowerCase();
  if (!isValidHost(given, true) || !isValidHost(wanted, false)) return wanted !== '' && given === wanted;
  const patternLabels = given.split('.');
  const hostLabels = wanted.split('.');
  if (patternLabels.length !== hostLabels.length) return false;
  return patternLabels.every((label, index) => (index === 0 && label === '*') || label === hostLabels[index]);
}

function isValidHost(name: string, isPattern: boolean): boolean {
  if (name === '' || (isPattern && name === '*')) return false;
  return name.split('.').every((label, index) => (isPattern && index === 0 && label === '*') || /^[a-z0-9_:]([a-z0-9_:-]*)$/.test(label));
}
