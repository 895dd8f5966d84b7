import { randomUUID } from 'node:crypto';
import type { LivingSubject } from '@berth/access';
import { SignJWT } from 'jose';
import { subClaim, subjectFrom, versionClaims } from './bearer-tokens.ts';
import { type JwtPurpose, readJwt, TokenRefusedError } from './jwt.ts';
import type { KeyRing } from './key-ring.ts';

const PURPOSE: JwtPurpose = { issuer: 'berth-token-issuer', audience: 'berth-token-endpoint', type: 'berth-refresh+jwt' };

/**
 * A year: it takes the place of the password that docker would otherwise keep in its configuration for ever, and ends with the password
 * it was made from (law 9), so a short life would only break unattended hosts.
 */
export const REFRESH_LIFETIME_SECONDS = 365 * 24 * 60 * 60;
const MAX_TOKEN_LENGTH = 4 * 1024;

/** Refresh tokens (`offline_token=true`, `access_type=offline`): they buy bearer tokens and open nothing else. */
export class RefreshTokens {
  readonly #ring: KeyRing;
  readonly #now: () => number;

  constructor(ring: KeyRing, options: { readonly now?: () => number } = {}) {
    this.#ring = ring;
    this.#now = options.now ?? Date.now;
  }

  async issue(subject: LivingSubject): Promise<string> {
    const issuedAt = Math.floor(this.#now() / 1000);
    const key = await this.#ring.signer();
    return new SignJWT({ berth: versionClaims(subject) })
      .setProtectedHeader({ alg: 'HS256', typ: PURPOSE.type, kid: key.kid })
      .setIssuer(PURPOSE.issuer)
      .setAudience(PURPOSE.audience)
      .setSubject(subClaim(subject))
      .setIssuedAt(issuedAt)
      .setNotBefore(issuedAt)
      .setExpirationTime(issuedAt + REFRESH_LIFETIME_SECONDS)
      .setJti(randomUUID())
      .sign(key.secret);
  }

  /** Rejects with {@link TokenRefusedError}. The caller compares the version with the living account. */
  async verify(token: string): Promise<LivingSubject> {
    if (token.length > MAX_TOKEN_LENGTH) throw new TokenRefusedError('The token is too long.');
    const claims = await readJwt(this.#ring, token, { purpose: PURPOSE, now: this.#now });
    const subject = subjectFrom(claims.sub, claims['berth']);
    if (subject.kind === 'anonymous') throw new TokenRefusedError('The token names no account.');
    return subject;
  }
}
