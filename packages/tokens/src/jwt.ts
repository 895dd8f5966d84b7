import { errors, jwtVerify, type JWTPayload } from 'jose';
import type { KeyRing } from './key-ring.ts';

/** A token that is not ours, is out of date, or was changed. The message never repeats the token. */
export class TokenRefusedError extends Error {
  override readonly name = 'TokenRefusedError';
}

export interface JwtPurpose {
  readonly issuer: string;
  readonly audience: string;
  /** The `typ` header: a refresh token is no bearer token, although one ring signs both. */
  readonly type: string;
}

/** Seconds by which the clocks of two replicas may differ. */
export const LEEWAY_SECONDS = 60;

/** Header members that our tokens have. Any other (jwk, jku, x5c, crit ...) could only be an attempt to choose the key. */
const HEADER_MEMBERS = new Set(['alg', 'typ', 'kid']);
const REQUIRED_CLAIMS = ['iss', 'aud', 'sub', 'iat', 'nbf', 'exp', 'jti'];

export type CheckedClaims = JWTPayload & { readonly sub: string; readonly exp: number };

export interface ReadOptions {
  readonly purpose: JwtPurpose;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** Checks signature, header and every claim. Rejects with {@link TokenRefusedError}; other errors are the database's. */
export async function readJwt(ring: KeyRing, token: string, { purpose, now }: ReadOptions): Promise<CheckedClaims> {
  try {
    const { payload } = await jwtVerify(
      token,
      async (header) => {
        if (Object.keys(header).some((member) => !HEADER_MEMBERS.has(member)))
          throw new TokenRefusedError('The token has a foreign header.');
        const key = typeof header.kid === 'string' && header.kid.length <= 64 ? await ring.find(header.kid) : undefined;
        if (key === undefined) throw new TokenRefusedError('The token was signed with a key that this installation does not have.');
        return key.secret;
      },
      {
        algorithms: ['HS256'],
        issuer: purpose.issuer,
        audience: purpose.audience,
        typ: purpose.type,
        clockTolerance: LEEWAY_SECONDS,
        currentDate: new Date(now()),
        requiredClaims: REQUIRED_CLAIMS,
      },
    );
    if (payload.iat === undefined || payload.iat > now() / 1000 + LEEWAY_SECONDS)
      throw new TokenRefusedError('The token is from the future.');
    if (typeof payload.sub !== 'string' || typeof payload.jti !== 'string') throw new TokenRefusedError('The token has a malformed claim.');
    return payload as CheckedClaims;
  } catch (cause) {
    if (cause instanceof errors.JOSEError) throw new TokenRefusedError('The token is not valid here, or no longer.', { cause });
    throw cause;
  }
}
