import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { hashPassword, passwordMatches } from './passwords.ts';
import { deriveKey } from './sealing.ts';

const SECRET_BYTES = 32;
const KEYED = 'hmac-sha256:';
/** Tells a personal access token from a password, for people and for scanners of leaked secrets. */
export const ACCESS_TOKEN_PREFIX = 'berth_pat_';

/**
 * Secrets of programs. Generated ones have 256 bits, so a keyed hash keeps them: nobody guesses them, and a copy of the database alone does
 * not let anyone try. What a person chose is hashed with Argon2id like any password.
 */
export class SecretKeeper {
  readonly #key: Buffer;

  constructor(masterKey: Buffer) {
    this.#key = deriveKey(masterKey, 'generated secrets v1');
  }

  generate(prefix = ''): string {
    return `${prefix}${randomBytes(SECRET_BYTES).toString('base64url')}`;
  }

  /** For secrets of {@link generate} only. The same secret has the same hash, so it can be looked up by it. */
  keyedHash(secret: string): string {
    return `${KEYED}${createHmac('sha256', this.#key).update(secret).digest('base64url')}`;
  }

  /** For secrets that a person chose. PHC string. */
  chosenHash(secret: string): Promise<string> {
    return hashPassword(secret);
  }

  /** Costs an Argon2id only where the secret was chosen by a person. */
  async matches(stored: string, secret: string): Promise<boolean> {
    if (!stored.startsWith(KEYED)) return passwordMatches(stored, secret);
    const [a, b] = [Buffer.from(stored), Buffer.from(this.keyedHash(secret))];
    return a.length === b.length && timingSafeEqual(a, b);
  }
}
