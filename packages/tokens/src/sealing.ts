import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const IV_BYTES = 12;
const TAG_BYTES = 16;
const VERSION = 1;
export const MASTER_KEY_BYTES = 32;

/** What was sealed cannot be opened: another master key, another place, or changed bytes. */
export class SealBrokenError extends Error {
  override readonly name = 'SealBrokenError';
}

/** 32 bytes for one purpose, from the installation's master key: who learns one derived key learns neither the master nor another one. */
export function deriveKey(masterKey: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', masterKey, '', `berth ${purpose}`, 32));
}

/**
 * Keeps secrets that must be stored: AES-256-GCM under a key derived from the installation's master key, one derived key per purpose.
 * The master key (32 bytes) lives outside the database, so that a copy of the database alone opens nothing.
 */
export class Sealer {
  readonly #key: Buffer;

  constructor(masterKey: Buffer, purpose: string) {
    if (masterKey.length !== MASTER_KEY_BYTES) throw new Error(`The master key has ${MASTER_KEY_BYTES} bytes, not ${masterKey.length}.`);
    this.#key = deriveKey(masterKey, `${purpose} v${VERSION}`);
  }

  /** `place` names where the result is stored; it opens nowhere else. Layout: version, 12 bytes of nonce, 16 of tag, ciphertext. */
  seal(secret: Buffer, place: string): Buffer {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key, iv);
    cipher.setAAD(Buffer.from(place));
    const body = Buffer.concat([cipher.update(secret), cipher.final()]);
    return Buffer.concat([Buffer.from([VERSION]), iv, cipher.getAuthTag(), body]);
  }

  /** Throws {@link SealBrokenError}. */
  open(sealed: Buffer, place: string): Buffer {
    const bodyStart = 1 + IV_BYTES + TAG_BYTES;
    if (sealed.length < bodyStart || sealed[0] !== VERSION)
      throw new SealBrokenError('What is stored was not sealed by this version of Berth.');
    const decipher = createDecipheriv('aes-256-gcm', this.#key, sealed.subarray(1, 1 + IV_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(place));
    decipher.setAuthTag(sealed.subarray(1 + IV_BYTES, bodyStart));
    try {
      return Buffer.concat([decipher.update(sealed.subarray(bodyStart)), decipher.final()]);
    } catch (cause) {
      throw new SealBrokenError('What is stored was sealed with another master key, or was changed.', { cause });
    }
  }
}
