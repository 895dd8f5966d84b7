// @peculiar/x509 needs the metadata polyfill loaded before it, so everything imports the library through this file.
import 'reflect-metadata';
import { type KeyObject, webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { CertificateError } from '../errors.ts';

x509.cryptoProvider.set(webcrypto);

export { x509 };

/** The signature algorithm that a key of ours signs with: SHA-256 for RSA and P-256, the curve's own hash above. */
export interface SigningAlgorithm {
  readonly name: 'RSASSA-PKCS1-v1_5' | 'ECDSA';
  readonly hash: 'SHA-256' | 'SHA-384' | 'SHA-512';
  readonly namedCurve?: string;
}

const CURVES: Readonly<Record<string, { readonly curve: string; readonly hash: SigningAlgorithm['hash'] }>> = {
  prime256v1: { curve: 'P-256', hash: 'SHA-256' },
  secp384r1: { curve: 'P-384', hash: 'SHA-384' },
  secp521r1: { curve: 'P-521', hash: 'SHA-512' },
};

/** @throws CertificateError for keys that clients of a registry do not all accept (Ed25519, DSA, other curves). */
export function signingAlgorithm(key: KeyObject): SigningAlgorithm {
  if (key.asymmetricKeyType === 'rsa') return { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  const named = CURVES[key.asymmetricKeyDetails?.namedCurve ?? ''];
  if (key.asymmetricKeyType === 'ec' && named) return { name: 'ECDSA', hash: named.hash, namedCurve: named.curve };
  const kind = key.asymmetricKeyDetails?.namedCurve ?? key.asymmetricKeyType ?? 'unknown';
  throw new CertificateError(
    `A key of type ${kind} cannot be used here: browsers and Go do not all accept it. Use RSA or EC P-256, P-384 or P-521.`,
    { reason: 'certificate-key-kind', values: { kind } },
  );
}

/** A WebCrypto pair over a private key of node:crypto, for the libraries that sign through WebCrypto. */
export async function webKeyPair(key: KeyObject, publicKey: KeyObject): Promise<webcrypto.CryptoKeyPair> {
  const algorithm = signingAlgorithm(key);
  return {
    privateKey: await webcrypto.subtle.importKey('pkcs8', key.export({ type: 'pkcs8', format: 'der' }), algorithm, true, ['sign']),
    publicKey: await webPublicKey(publicKey),
  };
}

export async function webPublicKey(key: KeyObject): Promise<webcrypto.CryptoKey> {
  return await webcrypto.subtle.importKey('spki', key.export({ type: 'spki', format: 'der' }), signingAlgorithm(key), true, ['verify']);
}
