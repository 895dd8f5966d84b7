import { stat } from 'node:fs/promises';
import { isIP } from 'node:net';
import { readCertificateFile } from '../x509/certificate-file.ts';
import { CertificateError, type NamedSentence } from '../errors.ts';
import { readInput } from '../files/read-input.ts';
import { daysBetween } from '../x509/days.ts';
import { publicKeyDer, readPrivateKey } from '../keys/private-key.ts';
import { formatAltName } from '../names/subject-name.ts';
import { PURPOSE } from '../x509/oids.ts';
import type { Certificate } from '../x509/read-certificate.ts';
import { hostnameProblem } from '../verify/host-match.ts';

export interface ServerCertificateFiles {
  readonly certificate: string;
  readonly key: string;
}

/** A pair that fits together, ready for `tls.createSecureContext` or `server.setSecureContext`. */
export interface ServerCertificatePair {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly chain: readonly Certificate[];
  /** Whether users other than the owner and root may read the key file. */
  readonly keyIsExposed: boolean;
}

/** Days before expiry from which a warning is given. */
export const EXPIRY_WARNING_DAYS = 30;

/**
 * Reads and checks the files of a server.
 * @throws CertificateError when a file is missing or unreadable, or the key does not belong to the first certificate.
 */
export async function readServerCertificate(files: ServerCertificateFiles): Promise<ServerCertificatePair> {
  const cert = await readInput(files.certificate);
  const chain = readCertificateFile(cert, files.certificate);
  const [leaf] = chain;
  const key = await readInput(files.key);
  const privateKey = readPrivateKey(key, files.key);
  if (leaf === undefined)
    throw new CertificateError(`${files.certificate} holds no certificate.`, {
      reason: 'certificate-file-none',
      values: { file: files.certificate },
    });
  if (!publicKeyDer(privateKey).equals(leaf.spki)) {
    const belongs = chain.find((one) => one.spki.equals(publicKeyDer(privateKey)));
    if (belongs !== undefined)
      throw new CertificateError(
        `${files.certificate} begins with "${leaf.subject.text}", but the key belongs to a later certificate in it: put the server's own certificate first.`,
        { reason: 'certificate-order', values: { file: files.certificate, subject: leaf.subject.text } },
      );
    throw new CertificateError(`${files.key} is not the private key of ${files.certificate}. Name the pair that was made together.`, {
      reason: 'certificate-key-differs',
      values: { key: files.key, file: files.certificate },
    });
  }
  const mode = (await stat(files.key)).mode;
  return { cert, key, chain, keyIsExposed: process.platform !== 'win32' && (mode & 0o007) !== 0 };
}

export interface CertificateWarning extends NamedSentence {
  readonly code: 'key-exposed' | 'name-mismatch' | 'expires-soon' | 'expired' | 'not-yet-valid' | 'no-server-auth' | 'is-ca';
}

/**
 * What will go wrong with a pair: for the log at start, the metrics and the API.
 * `externalHost` is the host of the external URL, without port; undefined when it is derived from requests.
 */
export function checkServerCertificate(pair: ServerCertificatePair, externalHost?: string, now = new Date()): CertificateWarning[] {
  const [leaf] = pair.chain;
  if (leaf === undefined) return [];
  const found: CertificateWarning[] = [];
  const add = (code: CertificateWarning['code'], message: string, named: Omit<NamedSentence, 'message'>) =>
    found.push({ code, message, ...named });
  const [from, until] = [leaf.notBefore.toISOString(), leaf.notAfter.toISOString()];
  if (pair.keyIsExposed)
    add('key-exposed', 'Every user of this machine may read the TLS private key. Run: chmod 600 on the key file.', {
      reason: 'certificate-key-exposed',
      values: {},
    });
  if (externalHost !== undefined) {
    const host = externalHost.replace(/^\[|\]$/g, '');
    const problem = hostnameProblem(leaf, host);
    if (problem !== undefined)
      add(
        'name-mismatch',
        `The certificate does not cover the external URL's host ${host} (clients will say "${problem}"). Run: berth cert renew CERTIFICATE --add-host ${host}`,
        { reason: 'certificate-name-mismatch', values: { host } },
      );
  }
  const days = daysBetween(now, leaf.notAfter);
  if (leaf.notBefore > now)
    add('not-yet-valid', `The certificate is valid only from ${from}: check this machine's clock.`, {
      reason: 'certificate-not-yet-valid',
      values: { from },
    });
  if (leaf.notAfter < now)
    add('expired', `The certificate expired on ${until}; clients refuse it. Run: berth cert renew CERTIFICATE`, {
      reason: 'certificate-expired',
      values: { until },
    });
  else if (days < EXPIRY_WARNING_DAYS)
    add('expires-soon', `The certificate expires in ${days} days, on ${until}. Run: berth cert renew CERTIFICATE`, {
      reason: 'certificate-expires-soon',
      values: { days, until },
    });
  const purposes = leaf.extendedKeyUsage;
  if (purposes !== undefined && !purposes.includes(PURPOSE.serverAuth) && !purposes.includes(PURPOSE.any))
    add('no-server-auth', 'The certificate is not for servers (its extended key usage lacks serverAuth); clients refuse it.', {
      reason: 'certificate-no-server-auth',
      values: {},
    });
  if (leaf.basicConstraints?.ca)
    add('is-ca', 'The certificate is a CA certificate; browsers refuse it for a server. Make one with: berth cert server HOST', {
      reason: 'certificate-is-ca',
      values: {},
    });
  return found;
}

/** The facts of a pair for `/systeminfo`-like answers and metrics. */
export function describeServerCertificate(pair: ServerCertificatePair) {
  const [leaf] = pair.chain;
  const names = leaf?.altNames;
  return {
    subject: leaf?.subject.text ?? '',
    names: names
      ? [...names.dns.map((value) => ({ kind: 'dns' as const, value })), ...names.ip.map((value) => ({ kind: 'ip' as const, value }))].map(
          formatAltName,
        )
      : [],
    notBefore: leaf?.notBefore.toISOString() ?? '',
    notAfter: leaf?.notAfter.toISOString() ?? '',
    sha256: leaf?.sha256 ?? '',
  };
}

/** The host part of an external URL for `checkServerCertificate`. */
export function externalHostOf(externalUrl: string | undefined): string | undefined {
  if (externalUrl === undefined || !URL.canParse(externalUrl)) return undefined;
  const host = new URL(externalUrl).hostname;
  return host.startsWith('[') || isIP(host) ? host.replace(/^\[|\]$/g, '') : host;
}
