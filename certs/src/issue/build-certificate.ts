import { createHash, createPublicKey, type KeyObject, randomBytes } from 'node:crypto';
import { encodeDer, encodeOid, readChildren, readDer, TAG } from '../der.ts';
import { CertificateUsageError } from '../errors.ts';
import { MAX_DAYS } from '../limits.ts';
import type { AltName } from '../names/subject-name.ts';
import { addressBytes } from '../x509/general-names.ts';
import { EXTENSION } from '../x509/oids.ts';
import { signingAlgorithm, webKeyPair, webPublicKey, x509 } from '../x509/provider.ts';
import { type Certificate, readCertificate } from '../x509/read-certificate.ts';

/** Who signs: a CA certificate, its private key, and the certificates above it (nearest first, possibly none). */
export interface Issuer {
  readonly certificate: Certificate;
  readonly key: KeyObject;
  readonly above: readonly Certificate[];
}

export interface CertificatePlan {
  /** DER of the subject Name. */
  readonly subject: Buffer;
  readonly publicKey: KeyObject;
  readonly validity: Validity;
  /** Without the key identifiers, which are added. */
  readonly extensions: readonly InstanceType<typeof x509.Extension>[];
}

export interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

const DAY_MS = 86_400_000;
/** Certificates start a little in the past, so that a client whose clock is slow accepts them at once. */
const BACKDATE_MS = 5 * 60_000;

/** Validity of `days` days in all, begun five minutes ago. @throws CertificateUsageError outside 1..36500 days. */
export function validityFromNow(days: number, now = new Date()): Validity {
  if (!Number.isInteger(days) || days < 1 || days > MAX_DAYS)
    throw new CertificateUsageError(`The validity is a whole number of days from 1 to ${MAX_DAYS}.`, {
      reason: 'certificate-days',
      values: { most: MAX_DAYS },
    });
  const notBefore = new Date(Math.floor((now.getTime() - BACKDATE_MS) / 1000) * 1000);
  return { notBefore, notAfter: new Date(notBefore.getTime() + days * DAY_MS) };
}

/** Signs a certificate under `issuer`, or self-signed with `selfKey`. The serial is 127 random bits (RFC 5280 4.1.2.2, CA/B 7.1). */
export async function buildCertificate(plan: CertificatePlan, signer: Issuer | KeyObject): Promise<Certificate> {
  const selfKey = 'certificate' in signer ? undefined : signer;
  const signingKey = 'certificate' in signer ? signer.key : signer;
  const keyId = subjectKeyId(plan.publicKey);
  const issuerKeyId = 'certificate' in signer ? (signer.certificate.subjectKeyId ?? subjectKeyId(signer.key)) : keyId;
  const pair = await webKeyPair(signingKey, createPublicKey(signingKey));
  const issued = await x509.X509CertificateGenerator.create({
    serialNumber: newSerial(),
    subject: new x509.Name(plan.subject),
    issuer: new x509.Name(selfKey ? plan.subject : (signer as Issuer).certificate.subject.raw),
    notBefore: plan.validity.notBefore,
    notAfter: plan.validity.notAfter,
    publicKey: await webPublicKey(plan.publicKey),
    signingKey: pair.privateKey,
    signingAlgorithm: signingAlgorithm(signingKey),
    extensions: [...plan.extensions, new x509.SubjectKeyIdentifierExtension(keyId), new x509.AuthorityKeyIdentifierExtension(issuerKeyId)],
  });
  return readCertificate(Buffer.from(issued.rawData));
}

/** SAN extension; critical exactly when the subject is empty (RFC 5280 4.2.1.6). */
export function altNameExtension(names: readonly AltName[], subject: Buffer): InstanceType<typeof x509.Extension> {
  const tags = { dns: 0x82, email: 0x81, uri: 0x86, ip: 0x87 } as const;
  const encoded = names.map((name) =>
    encodeDer(tags[name.kind], name.kind === 'ip' ? addressBytes(name.value) : Buffer.from(name.value, 'latin1')),
  );
  return new x509.Extension(EXTENSION.subjectAltName, isEmptyName(subject), encodeDer(TAG.sequence, ...encoded));
}

/** Where clients may ask about revocation. */
export interface RevocationUrls {
  readonly ocspUrl?: string | undefined;
  readonly crlUrl?: string | undefined;
}

export function revocationExtensions(urls: RevocationUrls): InstanceType<typeof x509.Extension>[] {
  const uri = (url: string) => encodeDer(0x86, Buffer.from(checkUrl(url), 'latin1'));
  const found: InstanceType<typeof x509.Extension>[] = [];
  if (urls.ocspUrl !== undefined) {
    const access = encodeDer(TAG.sequence, encodeDer(TAG.sequence, encodeOid('1.3.6.1.5.5.7.48.1'), uri(urls.ocspUrl)));
    found.push(new x509.Extension(EXTENSION.authorityInfoAccess, false, access));
  }
  if (urls.crlUrl !== undefined) {
    const point = encodeDer(TAG.sequence, encodeDer(TAG.context0, encodeDer(TAG.context0, uri(urls.crlUrl))));
    found.push(new x509.Extension(EXTENSION.crlDistributionPoints, false, encodeDer(TAG.sequence, point)));
  }
  return found;
}

export function isEmptyName(name: Buffer): boolean {
  return readDer(name).content.length === 0;
}

/** SHA-1 of the subjectPublicKey bits, hex (RFC 5280 4.2.1.2 method 1); an identifier, not a security measure. */
export function subjectKeyId(key: KeyObject): string {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  const spki = readDer(publicKey.export({ type: 'spki', format: 'der' }));
  const bits = readChildren(spki)[1]?.content.subarray(1) ?? Buffer.alloc(0);
  return createHash('sha1').update(bits).digest('hex');
}

function newSerial(): string {
  const bytes = randomBytes(16);
  // The first bit stays clear (a positive number) and the next is set (never a leading zero byte).
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString('hex');
}

function checkUrl(url: string): string {
  if (!URL.canParse(url) || !/^http:\/\//i.test(url) || !/^[\x21-\x7e]{1,500}$/.test(url))
    throw new CertificateUsageError(
      `"${url}" is not usable for revocation: it must be a plain http:// address (a client cannot check the certificate of the server it asks about certificates).`,
      { reason: 'certificate-revocation-url', values: { url } },
    );
  return url;
}
