import type { KeyObject } from 'node:crypto';
import { CertificateError, CertificateUsageError } from '../errors.ts';
import { privateKeyDer, privateKeyPem } from '../keys/private-key.ts';
import { writePem } from '../pem.ts';
import { type Certificate, isSelfSigned, shortName } from '../x509/read-certificate.ts';
import { type Bundle, chainFor, orderChain } from './open-bundle.ts';
import { type StoreEntry, writeJks } from './jks.ts';
import { writePkcs12 } from './pkcs12-write.ts';
import { writePkcs7 } from './pkcs7.ts';

/** Output formats by the names people use. `crt` is PEM (what docker and Linux read), `cer` is DER (what Windows and Java export). */
export const OUTPUT_FORMATS = ['pem', 'crt', 'der', 'cer', 'p7b', 'p7c', 'p12', 'pfx', 'jks', 'key'] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

export interface ConvertOptions {
  readonly to: OutputFormat;
  /** Protects PKCS#12, JKS, and (when given) keys in PEM. */
  readonly password?: string | undefined;
  readonly alias?: string | undefined;
  /** PKCS#12 with 3DES and SHA-1, for readers from before 2018. */
  readonly legacy?: boolean | undefined;
}

export interface Converted {
  readonly content: Buffer;
  /** The content holds a private key and must be kept 0600. */
  readonly secret: boolean;
  readonly notes: readonly string[];
}

const KEYSTORE_MIN_PASSWORD = 6;

/** Formats that cannot be written without a password. */
export function needsPassword(to: OutputFormat): boolean {
  return to === 'p12' || to === 'pfx' || to === 'jks';
}

/** Puts what the bundles hold into another format; the DER inside stays byte for byte the same. */
export function convertBundles(bundles: readonly Bundle[], options: ConvertOptions): Converted {
  const certificates = unique(bundles.flatMap((one) => one.certificates));
  const keys = bundles.flatMap((one) => one.keys);
  switch (options.to) {
    case 'pem':
      return toPem(bundles, certificates, options.password);
    case 'crt':
      return { content: Buffer.from(pemOf(needCertificates(certificates, 'crt'))), secret: false, notes: [] };
    case 'key':
      return { content: Buffer.from(privateKeyPem(oneKey(keys), options.password)), secret: true, notes: [] };
    case 'der':
    case 'cer':
      return toDer(bundles, certificates, keys);
    case 'p7b':
      return {
        content: Buffer.from(writePem('PKCS7', writePkcs7(needCertificates(certificates, 'PKCS#7').map((one) => one.der)))),
        secret: false,
        notes: keyNote(keys),
      };
    case 'p7c':
      return { content: writePkcs7(needCertificates(certificates, 'PKCS#7').map((one) => one.der)), secret: false, notes: keyNote(keys) };
    case 'p12':
    case 'pfx':
    case 'jks':
      return toStore(certificates, keys, options);
  }
}

function toPem(bundles: readonly Bundle[], certificates: readonly Certificate[], password: string | undefined): Converted {
  const keys = bundles.flatMap((one) => one.keys);
  const parts = [
    pemOf(certificates),
    ...bundles.flatMap((one) => one.requests.map((request) => writePem('CERTIFICATE REQUEST', request.der))),
    ...bundles.flatMap((one) => one.revocationLists.map((list) => writePem('X509 CRL', list.der))),
    ...bundles.flatMap((one) => one.publicKeys.map((key) => key.export({ type: 'spki', format: 'pem' }) as string)),
    ...keys.map((key) => privateKeyPem(key, password)),
  ];
  return { content: Buffer.from(parts.join('')), secret: keys.length > 0, notes: [] };
}

function toDer(bundles: readonly Bundle[], certificates: readonly Certificate[], keys: readonly KeyObject[]): Converted {
  const [first, ...rest] = certificates;
  const left = (what: string) => [`DER holds one object; ${what} left out. Convert to p7b, p12 or pem to keep all.`];
  if (first !== undefined) {
    const leaf = leafOf(certificates, keys) ?? first;
    const omitted = rest.length + keys.length;
    return {
      content: leaf.der,
      secret: false,
      notes:
        omitted === 0
          ? []
          : left(`the certificate "${shortName(leaf)}" was written and ${omitted} other object${omitted === 1 ? ' was' : 's were'}`),
    };
  }
  const other = bundles.flatMap((one) => [...one.requests, ...one.revocationLists])[0];
  if (other !== undefined) return { content: other.der, secret: false, notes: [] };
  const publicKey = bundles.flatMap((one) => one.publicKeys)[0];
  if (publicKey !== undefined && keys.length === 0)
    return { content: publicKey.export({ type: 'spki', format: 'der' }), secret: false, notes: [] };
  return { content: privateKeyDer(oneKey(keys)), secret: true, notes: [] };
}

function toStore(certificates: readonly Certificate[], keys: readonly KeyObject[], options: ConvertOptions): Converted {
  const password = options.password;
  if (password === undefined) throw new CertificateUsageError('A PKCS#12 or JKS store needs a password: --out-password-file FILE.');
  if (options.to === 'jks' && password.length < KEYSTORE_MIN_PASSWORD)
    throw new CertificateError(`A JKS password must have at least ${KEYSTORE_MIN_PASSWORD} characters, or keytool refuses the store.`);
  const entries =
    keys.length === 0
      ? trustEntries(needCertificates(certificates, 'a store'), options.alias)
      : [keyEntry(oneKey(keys), certificates, options.alias)];
  const content = options.to === 'jks' ? writeJks(entries, password) : writePkcs12(entries, password, options.legacy ? 'legacy' : 'modern');
  const notes = options.to === 'jks' ? ['JKS protects keys weakly; prefer PKCS#12 where the reader is Java 8u301 or later.'] : [];
  return { content, secret: keys.length > 0, notes };
}

function keyEntry(key: KeyObject, certificates: readonly Certificate[], alias: string | undefined): StoreEntry {
  const chain = chainFor(key, certificates);
  const [leaf] = chain;
  if (leaf === undefined)
    throw new CertificateError(
      'No certificate given belongs to the private key, so they cannot be put into one store. `berth cert inspect FILE --key KEY` shows which fit.',
    );
  return { alias: alias ?? shortName(leaf), key: privateKeyDer(key), certificates: chain.map((one) => one.der) };
}

function trustEntries(certificates: readonly Certificate[], alias: string | undefined): StoreEntry[] {
  return certificates.map((one, index) => ({
    alias: alias === undefined ? `${shortName(one)}${index === 0 ? '' : `-${index + 1}`}` : `${alias}${index === 0 ? '' : `-${index + 1}`}`,
    certificates: [one.der],
  }));
}

/** The certificate a person means by "the" certificate: the key's, else the one that issued none of the others. */
export function leafOf(certificates: readonly Certificate[], keys: readonly KeyObject[]): Certificate | undefined {
  const [key] = keys;
  const own = key && chainFor(key, certificates)[0];
  if (own !== undefined) return own;
  const notIssuers = certificates.filter((one) => !certificates.some((other) => other !== one && other.issuer.raw.equals(one.subject.raw)));
  return notIssuers.find((one) => !isSelfSigned(one)) ?? notIssuers[0] ?? certificates[0];
}

/** PEM of certificates, leaf first when an order can be seen. */
export function pemOf(certificates: readonly Certificate[]): string {
  const leaf = leafOf(certificates, []);
  const ordered =
    leaf === undefined
      ? certificates
      : [...orderChain(leaf, certificates), ...certificates.filter((one) => !orderChain(leaf, certificates).includes(one))];
  return ordered.map((one) => writePem('CERTIFICATE', one.der)).join('');
}

function oneKey(keys: readonly KeyObject[]): KeyObject {
  const [key, ...rest] = keys;
  if (key === undefined) throw new CertificateError('There is no private key in the input. Name the file with --key.');
  if (rest.length > 0)
    throw new CertificateError(`The input holds ${keys.length} private keys; this takes one. Convert to pem first and split the file.`);
  return key;
}

function needCertificates(certificates: readonly Certificate[], what: string): readonly Certificate[] {
  if (certificates.length === 0) throw new CertificateError(`There is no certificate in the input to put into ${what}.`);
  return certificates;
}

function keyNote(keys: readonly KeyObject[]): string[] {
  return keys.length === 0 ? [] : ['PKCS#7 holds certificates only; the private key was left out.'];
}

function unique(certificates: readonly Certificate[]): Certificate[] {
  return [...new Map(certificates.map((one) => [one.sha256, one])).values()];
}
