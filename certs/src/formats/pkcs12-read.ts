import { createHmac, createPrivateKey, timingSafeEqual } from 'node:crypto';
import forge from 'node-forge';
import { decodeOid, decodeSmallInteger, type DerElement, expectChild, readAll, readChildren, readDer, TAG } from '../der.ts';
import { CertificateError, reasonOf } from '../errors.ts';
import { MAX_ITEMS, MAX_KDF_ITERATIONS } from '../limits.ts';
import { publicKeyDer } from '../keys/private-key.ts';
import { readCertificate } from '../x509/read-certificate.ts';
import { readText } from '../x509/distinguished-name.ts';
import type { StoreEntry } from './jks.ts';
import { derivePkcs12, P12, PBES2 } from './pkcs12-write.ts';

const HASHES: Readonly<Record<string, 'sha1' | 'sha256' | 'sha384' | 'sha512'>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};
const HASH_BYTES = { sha1: 20, sha256: 32, sha384: 48, sha512: 64 } as const;

interface Bag {
  readonly alias: string;
  readonly der: Buffer;
}

/**
 * Keys and certificates of a PKCS#12, old (RC2, 3DES) and new (AES, PBKDF2). The MAC is checked before anything is decrypted.
 * @throws CertificateError for a wrong password, a damaged file, or protection that is not known.
 */
export function readPkcs12(der: Buffer, password: string): StoreEntry[] {
  const [version, content, mac] = readChildren(readDer(der));
  if (version?.tag !== TAG.integer || content === undefined) throw new CertificateError('The data is not a PKCS#12 store.');
  const authSafe = contentOf(content, P12.data);
  const secret = mac === undefined ? password : checkMac(authSafe, mac, password);
  const keys: Bag[] = [];
  const certificates: Bag[] = [];
  for (const safe of readChildren(readDer(authSafe))) {
    const bags = readChildren(readDer(openSafe(safe, secret)));
    if (keys.length + certificates.length + bags.length > MAX_ITEMS)
      throw new CertificateError(`The PKCS#12 store holds more than ${MAX_ITEMS} entries.`);
    for (const bag of bags) sortBag(bag, secret, { keys, certificates });
  }
  return group(keys, certificates);
}

/** @returns the form of the password that fits: an empty one may stand for no bytes or for a terminating zero. */
function checkMac(authSafe: Buffer, mac: DerElement, password: string): string | null {
  const [digest, salt, count] = readChildren(mac);
  const [algorithm, expected] = digest ? readChildren(digest) : [];
  if (algorithm === undefined || expected === undefined || salt?.tag !== TAG.octetString)
    throw new CertificateError('The PKCS#12 store is damaged: its MAC is not readable.');
  const hash = HASHES[decodeOid(expectChild(readChildren(algorithm), 0, TAG.oid).content)];
  if (hash === undefined) throw new CertificateError('The PKCS#12 store is protected with a MAC that is not known here.');
  const iterations = count ? decodeSmallInteger(count.content) : 1;
  refuseIterations(iterations);
  for (const candidate of password === '' ? ['', null] : [password]) {
    const key = derivePkcs12({ password: candidate, salt: salt.content, id: 3, iterations, length: HASH_BYTES[hash], hash });
    const actual = createHmac(hash, key).update(authSafe).digest();
    if (actual.length === expected.content.length && timingSafeEqual(actual, expected.content)) return candidate;
  }
  throw new CertificateError('The PKCS#12 store could not be opened: the password is wrong, or the file is damaged.');
}

function openSafe(safe: DerElement, password: string | null): Buffer {
  const [type] = readChildren(safe);
  if (type !== undefined && decodeOid(type.content) === P12.data) return contentOf(safe, P12.data);
  const encrypted = readDer(explicitContent(safe, P12.encryptedData));
  const info = readChildren(expectChild(readChildren(encrypted), 1, TAG.sequence));
  const sealed = info[2];
  if (sealed === undefined) throw new CertificateError('The PKCS#12 store is damaged.');
  const bytes = sealed.tag === 0xa0 ? Buffer.concat(readChildren(sealed).map((one) => one.content)) : sealed.content;
  return decrypt(expectChild(info, 1, TAG.sequence), bytes, password);
}

function sortBag(bag: DerElement, password: string | null, into: { readonly keys: Bag[]; readonly certificates: Bag[] }): void {
  const [type, wrapped, attributes] = readChildren(bag);
  if (type === undefined || wrapped === undefined) throw new CertificateError('The PKCS#12 store is damaged: a bag is not readable.');
  const alias = attributes ? friendlyName(attributes) : '';
  const value = readDer(wrapped.content);
  const oid = decodeOid(type.content);
  if (oid === P12.keyBag) into.keys.push({ alias, der: value.raw });
  if (oid === P12.shroudedKeyBag) {
    const [algorithm, sealed] = readChildren(value);
    if (algorithm === undefined || sealed === undefined) throw new CertificateError('The PKCS#12 store is damaged: a key is not readable.');
    into.keys.push({ alias, der: readDer(decrypt(algorithm, sealed.content, password)).raw });
  }
  if (oid === P12.certBag) {
    const [certType, content] = readChildren(value);
    if (certType && content && decodeOid(certType.content) === P12.x509Certificate)
      into.certificates.push({ alias, der: readDer(content.content).content });
  }
}

/** Ciphers come from node-forge, which still knows RC2 and the PKCS#12 forms of 3DES. */
function decrypt(algorithm: DerElement, sealed: Buffer, password: string | null): Buffer {
  refuseLargeNumbers(algorithm, 0);
  try {
    const asn1 = forge.asn1.fromDer(forge.util.createBuffer(algorithm.raw.toString('binary')), {
      strict: true,
      decodeBitStrings: false,
    } as never);
    const [oid, parameters] = asn1.value as forge.asn1.Asn1[];
    const pbe = (
      forge.pki as unknown as { pbe: { getCipher(oid: string, parameters: unknown, password: string | null): forge.cipher.BlockCipher } }
    ).pbe;
    const scheme = forge.asn1.derToOid(oid?.value as string);
    // PBES2 derives from the UTF-8 bytes of a password, which node-forge wants one to a character; the schemes of PKCS#12 from its UTF-16.
    const secret = scheme === PBES2 && password !== null ? forge.util.encodeUtf8(password) : password;
    const cipher = pbe.getCipher(scheme, parameters, secret);
    cipher.update(forge.util.createBuffer(sealed.toString('binary')));
    if (!cipher.finish()) throw new CertificateError('The padding is wrong.');
    return Buffer.from(cipher.output.getBytes(), 'binary');
  } catch (error) {
    throw new CertificateError(
      `A part of the PKCS#12 store could not be decrypted (${reasonOf(error)}): the password is wrong, the file is damaged, or its protection is not known here.`,
      { cause: error },
    );
  }
}

/** Puts each key with the chain that begins at its certificate; what no key claims is a trusted certificate of its own. */
function group(keys: readonly Bag[], bags: readonly Bag[]): StoreEntry[] {
  const certificates = bags.map((bag) => ({ ...bag, certificate: readCertificate(bag.der) }));
  const used = new Set<number>();
  const entries: StoreEntry[] = keys.map((key, index) => {
    const spki = publicKeyOfPkcs8(key.der);
    const chain: Buffer[] = [];
    let at = certificates.findIndex((one) => one.certificate.spki.equals(spki));
    while (at !== -1 && chain.length < certificates.length) {
      used.add(at);
      const current = certificates[at];
      if (current === undefined) break;
      chain.push(current.der);
      at = certificates.findIndex((one, other) => !used.has(other) && one.certificate.subject.raw.equals(current.certificate.issuer.raw));
    }
    return { alias: key.alias || `key${index + 1}`, key: key.der, certificates: chain };
  });
  const rest = certificates.flatMap((one, index) =>
    used.has(index) ? [] : [{ alias: one.alias || `certificate${index + 1}`, certificates: [one.der] }],
  );
  return [...entries, ...rest];
}

function publicKeyOfPkcs8(der: Buffer): Buffer {
  try {
    return publicKeyDer(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
  } catch (error) {
    throw new CertificateError(`A private key in the PKCS#12 store could not be read: ${reasonOf(error)}.`, { cause: error });
  }
}

function contentOf(info: DerElement, type: string): Buffer {
  const octets = readDer(explicitContent(info, type));
  return octets.tag === 0x24 ? Buffer.concat(readAll(octets.content).map((one) => one.content)) : octets.content;
}

function explicitContent(info: DerElement, type: string): Buffer {
  const [oid, content] = readChildren(info);
  if (oid?.tag !== TAG.oid || decodeOid(oid.content) !== type || content === undefined)
    throw new CertificateError('The PKCS#12 store is of a kind that is not read here (signed, or protected with a certificate).');
  return content.content;
}

function friendlyName(attributes: DerElement): string {
  for (const attribute of readChildren(attributes)) {
    const [oid, values] = readChildren(attribute);
    const value = values && readChildren(values)[0];
    if (oid && value && decodeOid(oid.content) === P12.friendlyName) return readText(value);
  }
  return '';
}

function refuseLargeNumbers(element: DerElement, depth: number): void {
  if (element.tag === TAG.integer)
    refuseIterations(element.content.length > 6 ? Number.POSITIVE_INFINITY : decodeSmallInteger(element.content));
  else if (element.tag & 0x20 && depth < 8) for (const child of readChildren(element)) refuseLargeNumbers(child, depth + 1);
}

function refuseIterations(count: number): void {
  if (count > MAX_KDF_ITERATIONS)
    throw new CertificateError(
      `The PKCS#12 store asks for ${count} rounds of password derivation; at most ${MAX_KDF_ITERATIONS} are done here, so that a hostile file cannot keep a machine busy.`,
    );
}
