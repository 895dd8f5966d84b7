import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { type Digest, digestAlgorithm, digestHex } from '@berth/oci';
import { BackupError } from './backup-error.ts';

const MAGIC = Buffer.from('BERTHBK1');
const [PLAIN, ENCRYPTED] = [0, 1];
const SUM_BYTES = 32;
const SALT_BYTES = 32;
const TAG_BYTES = 16;
const CIPHER = 'aes-256-gcm';
/** Safe since no key is used twice. */
const NONCE = Buffer.alloc(12);

/**
 * How each object of a place is kept, bound to its name: plain with a SHA-256 over name and content, which finds damage, or encrypted and
 * authenticated by AES-256-GCM with a key of its own, derived from the place's key, a random salt and the name, which finds forgery too.
 *
 *     BERTHBK1 | 0 | sum (32) | content
 *     BERTHBK1 | 1 | salt (32) | encrypted content | tag (16)
 */
export class Envelopes {
  readonly #key: Buffer | undefined;

  /** 32 bytes, or undefined for a place that is not encrypted. */
  constructor(key: Buffer | undefined) {
    this.#key = key;
  }

  get encrypted(): boolean {
    return this.#key !== undefined;
  }

  seal(name: string, content: Buffer): Buffer {
    if (this.#key === undefined) return Buffer.concat([MAGIC, Buffer.of(PLAIN), sumOf(name, content), content]);
    const salt = randomBytes(SALT_BYTES);
    const cipher = createCipheriv(CIPHER, keyOf(this.#key, salt, name), NONCE);
    return Buffer.concat([MAGIC, Buffer.of(ENCRYPTED), salt, cipher.update(content), cipher.final(), cipher.getAuthTag()]);
  }

  /** Throws {@link BackupError} when it is not exactly what was sealed under this name. */
  open(name: string, bytes: Buffer | undefined): Buffer {
    if (bytes === undefined) throw new BackupError(`${name} is missing in the backup.`);
    const head = MAGIC.length + 1;
    if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) throw damaged(name);
    if (bytes[MAGIC.length] !== (this.encrypted ? ENCRYPTED : PLAIN)) throw damaged(name);
    if (this.#key === undefined) {
      const content = bytes.subarray(head + SUM_BYTES);
      const sum = bytes.subarray(head, head + SUM_BYTES);
      if (sum.length !== SUM_BYTES || !timingSafeEqual(sum, sumOf(name, content))) throw damaged(name);
      return content;
    }
    if (bytes.length < head + SALT_BYTES + TAG_BYTES) throw damaged(name);
    const decipher = createDecipheriv(CIPHER, keyOf(this.#key, bytes.subarray(head, head + SALT_BYTES), name), NONCE);
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    try {
      return Buffer.concat([decipher.update(bytes.subarray(head + SALT_BYTES, -TAG_BYTES)), decipher.final()]);
    } catch (error) {
      throw damaged(name, error);
    }
  }

  /** The digest, or where the place is encrypted something in its stead that tells nobody which images are here. */
  blobName(digest: Digest): string {
    const hex =
      this.#key === undefined
        ? `${digestAlgorithm(digest)}-${digestHex(digest)}`
        : createHmac('sha256', this.#key).update('blob name\0').update(digest).digest('hex');
    return `blobs/${hex.slice(-2)}/${hex}`;
  }
}

function sumOf(name: string, content: Buffer): Buffer {
  return createHash('sha256').update(name).update('\0').update(content).digest();
}

function keyOf(key: Buffer, salt: Buffer, name: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, salt, `berth backup object\0${name}`, 32));
}

function damaged(name: string, cause?: unknown): BackupError {
  return new BackupError(`${name} is damaged or was altered.`, { cause });
}
