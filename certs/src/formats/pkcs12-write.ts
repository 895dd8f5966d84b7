import { createCipheriv, createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import forge from 'node-forge';
import { encodeDer, encodeInteger, encodeOid, TAG } from '../der.ts';
import type { StoreEntry } from './jks.ts';

/** `modern`: AES-256, PBKDF2-SHA256, MAC SHA-256 (OpenSSL 3, Java 8u301 and later, Windows 10 1709 and later). `legacy`: 3DES and SHA-1 for older readers. */
export type Pkcs12Strength = 'modern' | 'legacy';

export const P12 = {
  data: '1.2.840.113549.1.7.1',
  encryptedData: '1.2.840.113549.1.7.6',
  keyBag: '1.2.840.113549.1.12.10.1.1',
  shroudedKeyBag: '1.2.840.113549.1.12.10.1.2',
  certBag: '1.2.840.113549.1.12.10.1.3',
  x509Certificate: '1.2.840.113549.1.9.22.1',
  friendlyName: '1.2.840.113549.1.9.20',
  localKeyId: '1.2.840.113549.1.9.21',
  javaTrustedUsage: '2.16.840.1.113894.746875.1.1',
} as const;

export const PBES2 = '1.2.840.113549.1.5.13';
const PBKDF2 = '1.2.840.113549.1.5.12';
const HMAC_SHA256 = '1.2.840.113549.2.9';
const AES256_CBC = '2.16.840.1.101.3.4.1.42';
const PBE_SHA1_3DES = '1.2.840.113549.1.12.1.3';
const KEY_ITERATIONS = 100_000;
const MAC_ITERATIONS = 10_000;
const LEGACY_ITERATIONS = 2048;

/** DER of a PKCS#12 (RFC 7292) with keys and certificates encrypted. An entry without key becomes a trusted certificate that Java's keytool also sees as such. */
export function writePkcs12(entries: readonly StoreEntry[], password: string, strength: Pkcs12Strength = 'modern'): Buffer {
  const keys: Buffer[] = [];
  const certificates: Buffer[] = [];
  for (const entry of entries) {
    const id = createHash('sha1')
      .update(entry.certificates[0] ?? Buffer.alloc(0))
      .digest();
    if (entry.key) {
      const shrouded = encodeDer(TAG.sequence, ...encrypt(entry.key, password, strength));
      keys.push(bag(P12.shroudedKeyBag, shrouded, [friendlyName(entry.alias), localKeyId(id)]));
    }
    entry.certificates.forEach((certificate, index) => {
      const attributes = entry.key
        ? index === 0
          ? [friendlyName(entry.alias), localKeyId(id)]
          : []
        : [friendlyName(entry.alias), trustedUsage()];
      const content = encodeDer(
        TAG.sequence,
        encodeOid(P12.x509Certificate),
        encodeDer(TAG.context0, encodeDer(TAG.octetString, certificate)),
      );
      certificates.push(bag(P12.certBag, content, attributes));
    });
  }
  const safes: Buffer[] = [];
  if (certificates.length > 0) safes.push(encryptedContent(encodeDer(TAG.sequence, ...certificates), password, strength));
  if (keys.length > 0)
    safes.push(
      encodeDer(TAG.sequence, encodeOid(P12.data), encodeDer(TAG.context0, encodeDer(TAG.octetString, encodeDer(TAG.sequence, ...keys)))),
    );
  const authSafe = encodeDer(TAG.sequence, ...safes);
  const content = encodeDer(TAG.sequence, encodeOid(P12.data), encodeDer(TAG.context0, encodeDer(TAG.octetString, authSafe)));
  return encodeDer(TAG.sequence, encodeInteger(3), content, macData(authSafe, password, strength));
}

/** Key material of RFC 7292 appendix B: 1 encryption key, 2 IV, 3 MAC key. */
export function derivePkcs12(options: {
  readonly password: string | null;
  readonly salt: Buffer;
  readonly id: 1 | 2 | 3;
  readonly iterations: number;
  readonly length: number;
  readonly hash: 'sha1' | 'sha256' | 'sha384' | 'sha512';
}): Buffer {
  const salt = forge.util.createBuffer(options.salt.toString('binary'));
  const md = forge.md[options.hash].create();
  const derive = forge.pkcs12 as unknown as {
    generateKey(
      password: string | null,
      salt: forge.util.ByteStringBuffer,
      id: number,
      iterations: number,
      length: number,
      md: forge.md.MessageDigest,
    ): forge.util.ByteStringBuffer;
  };
  return Buffer.from(derive.generateKey(options.password, salt, options.id, options.iterations, options.length, md).getBytes(), 'binary');
}

/** AlgorithmIdentifier and OCTET STRING of the encrypted data. */
function encrypt(plain: Buffer, password: string, strength: Pkcs12Strength): [Buffer, Buffer] {
  const { algorithm, sealed } = seal(plain, password, strength);
  return [algorithm, encodeDer(TAG.octetString, sealed)];
}

function seal(plain: Buffer, password: string, strength: Pkcs12Strength): { readonly algorithm: Buffer; readonly sealed: Buffer } {
  if (strength === 'legacy') {
    const salt = randomBytes(8);
    const part = (id: 1 | 2, length: number) => derivePkcs12({ password, salt, id, iterations: LEGACY_ITERATIONS, length, hash: 'sha1' });
    const cipher = createCipheriv('des-ede3-cbc', part(1, 24), part(2, 8));
    const parameters = encodeDer(TAG.sequence, encodeDer(TAG.octetString, salt), encodeInteger(LEGACY_ITERATIONS));
    return {
      algorithm: encodeDer(TAG.sequence, encodeOid(PBE_SHA1_3DES), parameters),
      sealed: Buffer.concat([cipher.update(plain), cipher.final()]),
    };
  }
  const salt = randomBytes(16);
  const iv = randomBytes(16);
  const cipher = createCipheriv('aes-256-cbc', pbkdf2Sync(password, salt, KEY_ITERATIONS, 32, 'sha256'), iv);
  const prf = encodeDer(TAG.sequence, encodeOid(HMAC_SHA256), encodeDer(TAG.null));
  const kdf = encodeDer(
    TAG.sequence,
    encodeOid(PBKDF2),
    encodeDer(TAG.sequence, encodeDer(TAG.octetString, salt), encodeInteger(KEY_ITERATIONS), prf),
  );
  const scheme = encodeDer(TAG.sequence, encodeOid(AES256_CBC), encodeDer(TAG.octetString, iv));
  return {
    algorithm: encodeDer(TAG.sequence, encodeOid(PBES2), encodeDer(TAG.sequence, kdf, scheme)),
    sealed: Buffer.concat([cipher.update(plain), cipher.final()]),
  };
}

function encryptedContent(plain: Buffer, password: string, strength: Pkcs12Strength): Buffer {
  const { algorithm, sealed } = seal(plain, password, strength);
  const info = encodeDer(TAG.sequence, encodeOid(P12.data), algorithm, encodeDer(0x80, sealed));
  return encodeDer(TAG.sequence, encodeOid(P12.encryptedData), encodeDer(TAG.context0, encodeDer(TAG.sequence, encodeInteger(0), info)));
}

function macData(authSafe: Buffer, password: string, strength: Pkcs12Strength): Buffer {
  const hash = strength === 'legacy' ? 'sha1' : 'sha256';
  const iterations = strength === 'legacy' ? LEGACY_ITERATIONS : MAC_ITERATIONS;
  const salt = randomBytes(strength === 'legacy' ? 8 : 16);
  const key = derivePkcs12({ password, salt, id: 3, iterations, length: hash === 'sha1' ? 20 : 32, hash });
  const mac = createHmac(hash, key).update(authSafe).digest();
  const oid = hash === 'sha1' ? '1.3.14.3.2.26' : '2.16.840.1.101.3.4.2.1';
  const digest = encodeDer(TAG.sequence, encodeDer(TAG.sequence, encodeOid(oid), encodeDer(TAG.null)), encodeDer(TAG.octetString, mac));
  return encodeDer(TAG.sequence, digest, encodeDer(TAG.octetString, salt), encodeInteger(iterations));
}

function bag(type: string, content: Buffer, attributes: readonly Buffer[]): Buffer {
  const set = attributes.length === 0 ? [] : [encodeDer(TAG.set, ...attributes)];
  return encodeDer(TAG.sequence, encodeOid(type), encodeDer(TAG.context0, content), ...set);
}

function attribute(oid: string, value: Buffer): Buffer {
  return encodeDer(TAG.sequence, encodeOid(oid), encodeDer(TAG.set, value));
}

function friendlyName(alias: string): Buffer {
  return attribute(P12.friendlyName, encodeDer(TAG.bmp, Buffer.from(alias, 'utf16le').swap16()));
}

function localKeyId(id: Buffer): Buffer {
  return attribute(P12.localKeyId, encodeDer(TAG.octetString, id));
}

/** keytool lists a certificate without key only when this attribute of Oracle's says for what it is trusted: any use. */
function trustedUsage(): Buffer {
  return attribute(P12.javaTrustedUsage, encodeOid('2.5.29.37.0'));
}
