import type { Issuer } from '../issue/build-certificate.ts';
import { subjectKeyId } from '../issue/build-certificate.ts';
import { createPublicKey } from 'node:crypto';
import { decodeOid, type DerElement, encodeInteger, expectChild, readChildren, readDer, TAG } from '../der.ts';
import { CertificateError, CertificateUsageError } from '../errors.ts';
import { type DistinguishedName, readName } from '../x509/distinguished-name.ts';
import { EXTENSION, signatureName } from '../x509/oids.ts';
import { signingAlgorithm, webKeyPair, x509 } from '../x509/provider.ts';
import { readExtensions, readTime } from '../x509/read-certificate.ts';
import type { RevokedRecord } from './ledger.ts';

export interface RevocationListOptions {
  readonly number: number;
  /** Days until the next list; clients refuse a list that is older. */
  readonly days: number;
  readonly revoked: readonly RevokedRecord[];
}

export interface RevocationListEntry {
  readonly serial: string;
  readonly revokedAt: Date;
  readonly reason: string | undefined;
}

/** A CRL read from DER. */
export interface RevocationList {
  readonly der: Buffer;
  readonly issuer: DistinguishedName;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date | undefined;
  readonly number: string | undefined;
  readonly signatureAlgorithm: string;
  readonly entries: readonly RevocationListEntry[];
}

const REASONS: Readonly<Record<number, string>> = {
  0: 'unspecified',
  1: 'keyCompromise',
  2: 'cACompromise',
  3: 'affiliationChanged',
  4: 'superseded',
  5: 'cessationOfOperation',
  6: 'certificateHold',
  8: 'removeFromCRL',
  9: 'privilegeWithdrawn',
  10: 'aACompromise',
};

export function reasonCode(reason: string): number {
  return Number(Object.entries(REASONS).find(([, name]) => name === reason)?.[0] ?? 0);
}

/** DER of a full CRL (RFC 5280 5) with its number, next update and authority key identifier. */
export async function createRevocationList(issuer: Issuer, options: RevocationListOptions): Promise<Buffer> {
  if (!Number.isInteger(options.days) || options.days < 1 || options.days > 3650)
    throw new CertificateUsageError('The days until the next list are a whole number from 1 to 3650.');
  const pair = await webKeyPair(issuer.key, createPublicKey(issuer.key));
  const thisUpdate = new Date(Math.floor(Date.now() / 1000) * 1000);
  const list = await x509.X509CrlGenerator.create({
    issuer: new x509.Name(issuer.certificate.subject.raw),
    thisUpdate,
    nextUpdate: new Date(thisUpdate.getTime() + options.days * 86_400_000),
    entries: options.revoked.map((one) => ({
      serialNumber: one.serial,
      revocationDate: new Date(one.revokedAt),
      // "unspecified" should be left out (RFC 5280 5.3.1).
      ...(one.reason === 'unspecified' ? {} : { reason: reasonCode(one.reason) }),
    })),
    extensions: [
      new x509.AuthorityKeyIdentifierExtension(issuer.certificate.subjectKeyId ?? subjectKeyId(issuer.key)),
      new x509.Extension(EXTENSION.crlNumber, false, encodeInteger(options.number)),
    ],
    signingKey: pair.privateKey,
    signingAlgorithm: signingAlgorithm(issuer.key),
  });
  return Buffer.from(list.rawData);
}

/** @throws CertificateError when the bytes are no CRL. */
export function readRevocationList(der: Buffer): RevocationList {
  const outer = readDer(der);
  const [tbs, algorithm] = outer.tag === TAG.sequence ? readChildren(outer) : [];
  if (tbs?.tag !== TAG.sequence || algorithm === undefined) throw new CertificateError('The data is not a certificate revocation list.');
  const fields = readChildren(tbs);
  const at = fields[0]?.tag === TAG.integer ? 1 : 0;
  const isTime = (element: DerElement | undefined) => element?.tag === TAG.utcTime || element?.tag === TAG.generalizedTime;
  const hasNext = isTime(fields[at + 3]);
  const list = fields[at + (hasNext ? 4 : 3)];
  const extensions = readExtensions(fields.find((one) => one.tag === TAG.context0));
  const number = extensions.find((one) => one.oid === EXTENSION.crlNumber);
  return {
    der: Buffer.from(der),
    issuer: readName(expectChild(fields, at + 1, TAG.sequence)),
    thisUpdate: readTime(fields[at + 2]),
    nextUpdate: hasNext ? readTime(fields[at + 3]) : undefined,
    number: number && BigInt(`0x${readDer(number.value).content.toString('hex')}`).toString(),
    signatureAlgorithm: signatureName(decodeOid(expectChild(readChildren(algorithm), 0, TAG.oid).content)),
    entries: list?.tag === TAG.sequence ? readChildren(list).map(readEntry) : [],
  };
}

function readEntry(element: DerElement): RevocationListEntry {
  const parts = readChildren(element);
  const details = parts[2] ? readChildren(parts[2]).map((one) => readChildren(one)) : [];
  const reason = details.find(([oid]) => oid && decodeOid(oid.content) === EXTENSION.reasonCode)?.at(-1);
  return {
    serial: expectChild(parts, 0, TAG.integer)
      .content.toString('hex')
      .replace(/^0+(?=.)/, ''),
    revokedAt: readTime(parts[1]),
    reason: reason && (REASONS[readDer(reason.content).content[0] ?? 0] ?? 'unknown'),
  };
}
