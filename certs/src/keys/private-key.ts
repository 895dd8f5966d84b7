import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { CertificateError, CertificateUsageError, reasonOf } from '../errors.ts';
import { looksLikePem, readPem } from '../pem.ts';

/** The key types that are generated. RSA 4096 is the usual recipe; P-256 is faster in every handshake. */
export const KEY_TYPES = ['rsa-2048', 'rsa-3072', 'rsa-4096', 'ec-p256', 'ec-p384'] as const;
export type KeyType = (typeof KEY_TYPES)[number];

export function parseKeyType(text: string): KeyType {
  const wanted = text.toLowerCase().replace(/^(rsa|ec)[: _]?(?=[\dp])/, '$1-');
  const found = KEY_TYPES.find((type) => type === wanted);
  if (found === undefined)
    throw new CertificateUsageError(`"${text}" is not a key type. Choose one of ${KEY_TYPES.join(', ')}.`, {
      reason: 'certificate-key-type',
      values: { value: text, known: KEY_TYPES.join(', ') },
    });
  return found;
}

const generate = promisify(generateKeyPair) as (type: string, options: object) => Promise<{ privateKey: KeyObject; publicKey: KeyObject }>;

/** Makes a key pair off the main thread, so that a spinner moves meanwhile. */
export async function generatePrivateKey(type: KeyType): Promise<KeyObject> {
  const options = type.startsWith('rsa-')
    ? { modulusLength: Number(type.slice(4)), publicExponent: 65_537 }
    : { namedCurve: type === 'ec-p256' ? 'P-256' : 'P-384' };
  return (await generate(type.startsWith('rsa-') ? 'rsa' : 'ec', options)).privateKey;
}

/** PKCS#8 PEM, encrypted with AES-256 when a passphrase is given. */
export function privateKeyPem(key: KeyObject, passphrase?: string): string {
  if (passphrase === undefined) return key.export({ type: 'pkcs8', format: 'pem' }) as string;
  return key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase }) as string;
}

/** A key was found but it is encrypted and no passphrase was given. */
export class PassphraseNeededError extends CertificateError {
  constructor(name: string) {
    super(`${name} is encrypted and no password was given: use --password-file FILE, or --password-stdin.`, {
      reason: 'certificate-key-encrypted',
      values: { file: name },
    });
    this.name = 'PassphraseNeededError';
  }
}

/** Labels of PEM blocks that hold a private key. */
export function isPrivateKeyLabel(label: string): boolean {
  return label === 'PRIVATE KEY' || label === 'ENCRYPTED PRIVATE KEY' || label === 'RSA PRIVATE KEY' || label === 'EC PRIVATE KEY';
}

/**
 * Reads a private key from PEM or DER (PKCS#8, PKCS#1, SEC1).
 * @throws PassphraseNeededError when it is encrypted and there is no passphrase; CertificateError otherwise.
 */
export function readPrivateKey(bytes: Buffer, name: string, passphrase?: string): KeyObject {
  if (looksLikePem(bytes)) {
    const block = readPem(bytes.toString('latin1')).find((one) => isPrivateKeyLabel(one.label));
    if (block === undefined)
      throw new CertificateError(`${name} holds no private key.`, { reason: 'certificate-key-none', values: { file: name } });
    const encrypted = block.encrypted || block.label === 'ENCRYPTED PRIVATE KEY';
    if (encrypted && passphrase === undefined) throw new PassphraseNeededError(name);
    return attempt(name, encrypted, () =>
      createPrivateKey({ key: block.text, format: 'pem', ...(encrypted ? { passphrase: passphrase ?? '' } : {}) }),
    );
  }
  for (const type of ['pkcs8', 'pkcs1', 'sec1'] as const) {
    const key = tryDer(bytes, type);
    if (key !== undefined) return key;
  }
  if (passphrase !== undefined)
    return attempt(name, true, () => createPrivateKey({ key: bytes, format: 'der', type: 'pkcs8', passphrase }));
  throw new CertificateError(`${name} holds no private key that can be read (it may be encrypted, cut off or of another format).`, {
    reason: 'certificate-key-unreadable',
    values: { file: name },
  });
}

/** A public key from SubjectPublicKeyInfo DER. */
export function readPublicKey(der: Buffer): KeyObject {
  return attempt('the input', false, () => createPublicKey({ key: der, format: 'der', type: 'spki' }));
}

/** The private key as unencrypted PKCS#8 DER; the form that every conversion keeps. */
export function privateKeyDer(key: KeyObject): Buffer {
  return key.export({ type: 'pkcs8', format: 'der' });
}

/** The SubjectPublicKeyInfo DER of a private or public key; equal bytes mean that a key and a certificate belong together. */
export function publicKeyDer(key: KeyObject): Buffer {
  return (key.type === 'private' ? createPublicKey(key) : key).export({ type: 'spki', format: 'der' });
}

/** "RSA 4096", "EC P-256": for people. */
export function describeKey(key: KeyObject): string {
  const details = key.asymmetricKeyDetails;
  if (key.asymmetricKeyType === 'rsa' || key.asymmetricKeyType === 'rsa-pss') return `RSA ${details?.modulusLength ?? '?'}`;
  if (key.asymmetricKeyType === 'ec')
    return `EC ${{ prime256v1: 'P-256', secp384r1: 'P-384', secp521r1: 'P-521' }[details?.namedCurve ?? ''] ?? details?.namedCurve}`;
  return (key.asymmetricKeyType ?? 'unknown').replace('ed25519', 'Ed25519').replace('ed448', 'Ed448');
}

function tryDer(bytes: Buffer, type: 'pkcs8' | 'pkcs1' | 'sec1'): KeyObject | undefined {
  // Which of the three encodings this is can only be found by trying; the caller reports when none fits.
  try {
    return createPrivateKey({ key: bytes, format: 'der', type });
  } catch {
    return undefined;
  }
}

function attempt(name: string, encrypted: boolean, read: () => KeyObject): KeyObject {
  try {
    return read();
  } catch (error) {
    if (encrypted)
      throw new CertificateError(`The private key in ${name} could not be opened: the password is wrong, or the file is damaged.`, {
        cause: error,
        reason: 'certificate-key-password',
        values: { file: name },
      });
    throw new CertificateError(`The key in ${name} could not be read: ${reasonOf(error)}. The file is damaged or of another format.`, {
      cause: error,
      reason: 'certificate-key-unreadable',
      values: { file: name },
    });
  }
}
