import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { encodeDer, encodeOid, readChildren, readDer, TAG } from '../der.ts';
import { CertificateError } from '../errors.ts';
import { MAX_ITEMS } from '../limits.ts';

/** One entry of a Java key store: a private key with its chain, or a trusted certificate. All DER; keys as PKCS#8. */
export interface StoreEntry {
  readonly alias: string;
  readonly key?: Buffer | undefined;
  readonly certificates: readonly Buffer[];
}

// The format has no specification of its own; it is what the JDK's JavaKeyStore reads, checked with keytool.
const MAGIC = 0xfeedfeed;
const VERSION = 2;
const KEY_ENTRY = 1;
const TRUSTED_ENTRY = 2;
const KEY_PROTECTOR = '1.3.6.1.4.1.42.2.17.1.1';
const HASH_LENGTH = 20;

/** A JKS (version 2). The password protects both the store's digest and the keys, as keytool expects by default. */
export function writeJks(entries: readonly StoreEntry[], password: string): Buffer {
  const parts: Buffer[] = [u32(MAGIC), u32(VERSION), u32(entries.length)];
  for (const entry of entries) {
    const date = Buffer.alloc(8);
    date.writeBigInt64BE(BigInt(Date.now()));
    parts.push(u32(entry.key ? KEY_ENTRY : TRUSTED_ENTRY), utf(entry.alias.toLowerCase()), date);
    if (entry.key) {
      const sealed = protectKey(entry.key, password);
      parts.push(u32(sealed.length), sealed, u32(entry.certificates.length));
    }
    for (const certificate of entry.certificates) parts.push(utf('X.509'), u32(certificate.length), certificate);
  }
  const body = Buffer.concat(parts);
  return Buffer.concat([body, storeDigest(body, password)]);
}

/** @throws CertificateError for a wrong password, a damaged or cut-off store. */
export function readJks(bytes: Buffer, password: string): StoreEntry[] {
  const body = bytes.subarray(0, -HASH_LENGTH);
  if (bytes.length < 12 + HASH_LENGTH) throw new CertificateError('The JKS store is cut off.');
  if (!timingSafeEqual(storeDigest(body, password), bytes.subarray(-HASH_LENGTH)))
    throw new CertificateError('The JKS store could not be opened: the password is wrong, or the file is damaged or cut off.');
  const reader = new JksReader(body);
  if (reader.u32() !== MAGIC || reader.u32() !== VERSION)
    throw new CertificateError('The JKS store is of a version that is not read here (only version 2 is).');
  const count = reader.u32();
  if (count > MAX_ITEMS) throw new CertificateError(`The JKS store claims ${count} entries; at most ${MAX_ITEMS} are read.`);
  return Array.from({ length: count }, () => readEntry(reader, password));
}

function readEntry(reader: JksReader, password: string): StoreEntry {
  const kind = reader.u32();
  const alias = reader.utf();
  reader.take(8);
  const certificate = () => {
    reader.utf();
    return reader.take(reader.u32());
  };
  if (kind === TRUSTED_ENTRY) return { alias, certificates: [certificate()] };
  if (kind !== KEY_ENTRY) throw new CertificateError('The JKS store holds an entry of an unknown kind.');
  const key = openKey(reader.take(reader.u32()), password);
  const count = reader.u32();
  if (count > MAX_ITEMS) throw new CertificateError('The JKS store is damaged: an impossible chain length.');
  return { alias, key, certificates: Array.from({ length: count }, certificate) };
}

/** SHA-1 key stream over PKCS#8, then SHA-1 of password and key as a check: weak by today's measure, and what JKS is. */
function protectKey(pkcs8: Buffer, password: string): Buffer {
  const salt = randomBytes(HASH_LENGTH);
  const secret = utf16(password);
  const check = createHash('sha1').update(secret).update(pkcs8).digest();
  const sealed = Buffer.concat([salt, keyStream(pkcs8, secret, salt), check]);
  return encodeDer(
    TAG.sequence,
    encodeDer(TAG.sequence, encodeOid(KEY_PROTECTOR), encodeDer(TAG.null)),
    encodeDer(TAG.octetString, sealed),
  );
}

function openKey(der: Buffer, password: string): Buffer {
  const sealed = readChildren(readDer(der))[1]?.content ?? Buffer.alloc(0);
  if (sealed.length <= 2 * HASH_LENGTH) throw new CertificateError('The JKS store is damaged: a key is too short.');
  const secret = utf16(password);
  const plain = keyStream(sealed.subarray(HASH_LENGTH, -HASH_LENGTH), secret, sealed.subarray(0, HASH_LENGTH));
  const check = createHash('sha1').update(secret).update(plain).digest();
  if (!timingSafeEqual(check, sealed.subarray(-HASH_LENGTH)))
    throw new CertificateError(
      "A key in the JKS store has another password than the store's; set them equal with keytool -keypasswd first.",
    );
  return plain;
}

function keyStream(data: Buffer, secret: Buffer, salt: Buffer): Buffer {
  const out = Buffer.from(data);
  let digest = salt;
  for (let offset = 0; offset < out.length; offset += HASH_LENGTH) {
    digest = createHash('sha1').update(secret).update(digest).digest();
    for (let index = 0; index < HASH_LENGTH && offset + index < out.length; index += 1)
      out[offset + index] = (out[offset + index] ?? 0) ^ (digest[index] ?? 0);
  }
  return out;
}

function storeDigest(body: Buffer, password: string): Buffer {
  return createHash('sha1').update(utf16(password)).update('Mighty Aphrodite', 'utf8').update(body).digest();
}

function utf16(text: string): Buffer {
  return Buffer.from(text, 'utf16le').swap16();
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function utf(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

class JksReader {
  readonly #bytes: Buffer;
  #offset = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  take(length: number): Buffer {
    if (this.#offset + length > this.#bytes.length) throw new CertificateError('The JKS store is cut off or damaged.');
    this.#offset += length;
    return this.#bytes.subarray(this.#offset - length, this.#offset);
  }

  u32(): number {
    return this.take(4).readUInt32BE();
  }

  utf(): string {
    return this.take(this.take(2).readUInt16BE()).toString('utf8');
  }
}
