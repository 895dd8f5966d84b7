import type { KeyObject } from 'node:crypto';
import { isCertificateLabel } from '../x509/certificate-file.ts';
import { readRevocationList, type RevocationList } from '../authority/revocation-list.ts';
import { CertificateError } from '../errors.ts';
import { readSigningRequest, type SigningRequest } from '../issue/signing-request.ts';
import { isPrivateKeyLabel, publicKeyDer, readPrivateKey, readPublicKey } from '../keys/private-key.ts';
import { readPem } from '../pem.ts';
import { type Certificate, readCertificate } from '../x509/read-certificate.ts';
import { detectFormat, type FileFormat, withoutTrailer } from './detect-format.ts';
import { readJks, type StoreEntry } from './jks.ts';
import { readPkcs12 } from './pkcs12-read.ts';
import { readPkcs7 } from './pkcs7.ts';

/** Everything found in one file. */
export interface Bundle {
  readonly name: string;
  readonly format: FileFormat;
  readonly certificates: readonly Certificate[];
  readonly keys: readonly KeyObject[];
  readonly publicKeys: readonly KeyObject[];
  readonly requests: readonly SigningRequest[];
  readonly revocationLists: readonly RevocationList[];
  /** The entries of a PKCS#12 or JKS by alias; empty for other formats. */
  readonly entries: readonly StoreEntry[];
}

/** A store or key needs a password; `ask` is called once, only when it does. */
export type AskPassword = (what: string) => Promise<string>;

/**
 * Opens a file of any known kind.
 * @throws CertificateError with a sentence that names the file.
 */
export async function openBundle(bytes: Buffer, name: string, ask: AskPassword): Promise<Bundle> {
  try {
    return await open(bytes, name, ask);
  } catch (error) {
    if (error instanceof CertificateError && !error.message.includes(name))
      throw new CertificateError(`${name}: ${error.message}`, { cause: error });
    throw error;
  }
}

/**
 * The private keys of a file that is named as holding one.
 * @throws CertificateError where there is none: whoever asks whether a key belongs to a certificate must not hear nothing.
 */
export async function openKeys(bytes: Buffer, name: string, ask: AskPassword): Promise<readonly KeyObject[]> {
  const { keys } = await openBundle(bytes, name, ask);
  if (keys.length === 0)
    throw new CertificateError(`${name} holds no private key.`, {
      reason: 'certificate-key-none',
      values: { file: name },
    });
  return keys;
}

async function open(bytes: Buffer, name: string, ask: AskPassword): Promise<Bundle> {
  const format = detectFormat(bytes, name);
  const empty = { name, format, certificates: [], keys: [], publicKeys: [], requests: [], revocationLists: [], entries: [] };
  if (format === 'pem') return openPem(bytes, name, ask);
  if (format === 'jks') return fromEntries(empty, readJks(bytes, await ask(`Password of ${name}`)));
  const der = withoutTrailer(bytes, name);
  switch (format) {
    case 'certificate':
      return { ...empty, certificates: [readCertificate(der)] };
    case 'request':
      return { ...empty, requests: [await readSigningRequest(der)] };
    case 'crl':
      return { ...empty, revocationLists: [readRevocationList(der)] };
    case 'pkcs7':
      return { ...empty, certificates: readPkcs7(der).map(readCertificate) };
    case 'pkcs12':
      return fromEntries(empty, await openPkcs12(der, name, ask));
    case 'private-key':
      return { ...empty, keys: [readPrivateKey(der, name)] };
    case 'encrypted-private-key':
      return { ...empty, keys: [readPrivateKey(der, name, await ask(`Password of the key in ${name}`))] };
    case 'public-key':
      return { ...empty, publicKeys: [readPublicKey(der)] };
  }
}

/** An empty password is tried first: many stores of certificates alone have none. */
async function openPkcs12(der: Buffer, name: string, ask: AskPassword): Promise<StoreEntry[]> {
  let withoutPassword: StoreEntry[] | undefined;
  try {
    withoutPassword = readPkcs12(der, '');
  } catch (error) {
    if (!(error instanceof CertificateError)) throw error;
  }
  return withoutPassword ?? readPkcs12(der, await ask(`Password of ${name}`));
}

async function openPem(bytes: Buffer, name: string, ask: AskPassword): Promise<Bundle> {
  const found = {
    certificates: [] as Certificate[],
    keys: [] as KeyObject[],
    publicKeys: [] as KeyObject[],
    requests: [] as SigningRequest[],
    revocationLists: [] as RevocationList[],
  };
  for (const block of readPem(bytes.toString('latin1'))) {
    const { label, der } = block;
    if (isCertificateLabel(label)) found.certificates.push(readCertificate(der));
    else if (label === 'CERTIFICATE REQUEST' || label === 'NEW CERTIFICATE REQUEST') found.requests.push(await readSigningRequest(der));
    else if (label === 'X509 CRL') found.revocationLists.push(readRevocationList(der));
    else if (label === 'PKCS7' || label === 'CMS') found.certificates.push(...readPkcs7(der).map(readCertificate));
    else if (label === 'PUBLIC KEY') found.publicKeys.push(readPublicKey(der));
    else if (isPrivateKeyLabel(label)) {
      const encrypted = block.encrypted || label === 'ENCRYPTED PRIVATE KEY';
      const passphrase = encrypted ? await ask(`Password of the key in ${name}`) : undefined;
      found.keys.push(readPrivateKey(Buffer.from(block.text, 'latin1'), name, passphrase));
    }
    // Other blocks (EC PARAMETERS, DH PARAMETERS, TLS secrets) carry nothing that is wanted here.
  }
  if (Object.values(found).every((list) => list.length === 0))
    throw new CertificateError(`${name} is PEM but holds no certificate, key, request or revocation list.`);
  return { name, format: 'pem', entries: [], ...found };
}

function fromEntries(empty: Bundle, entries: readonly StoreEntry[]): Bundle {
  const keys = entries.flatMap((entry) => (entry.key ? [readPrivateKey(entry.key, empty.name)] : []));
  return { ...empty, keys, entries, certificates: entries.flatMap((entry) => entry.certificates.map((der) => readCertificate(der))) };
}

/** The certificate that belongs to `key`, then its issuers as far as they are there. */
export function chainFor(key: KeyObject, certificates: readonly Certificate[]): Certificate[] {
  const spki = publicKeyDer(key);
  const leaf = certificates.find((one) => one.spki.equals(spki));
  return leaf === undefined ? [] : orderChain(leaf, certificates);
}

/** `leaf`, then each issuer by name, without repeats. */
export function orderChain(leaf: Certificate, certificates: readonly Certificate[]): Certificate[] {
  const chain = [leaf];
  for (;;) {
    const last = chain.at(-1);
    const next =
      last && certificates.find((one) => !chain.includes(one) && one.subject.raw.equals(last.issuer.raw) && !one.der.equals(last.der));
    if (next === undefined) return chain;
    chain.push(next);
  }
}
