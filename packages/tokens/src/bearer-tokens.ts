import { randomUUID } from 'node:crypto';
import { type RepositoryName, parseRepositoryName } from '@berth/oci';
import { SignJWT } from 'jose';
import { LRUCache } from 'lru-cache';
import { type JwtPurpose, readJwt, TokenRefusedError } from './jwt.ts';
import type { KeyRing } from './key-ring.ts';
import { ACTION_BIT, type ScopeAction, type TokenGrants, type TokenSubject, type VerifiedToken } from './token-claims.ts';

/** Never taken from a request: a token is for this service wherever it is called by name. */
export const TOKEN_SERVICE = 'berth-registry';
const ISSUER = 'berth-token-issuer';
const PURPOSE: JwtPurpose = { issuer: ISSUER, audience: TOKEN_SERVICE, type: 'berth-bearer+jwt' };

/** Seconds; Harbor's default. Rights are asked live at every use, so a short life would buy nothing. */
const LIFETIME_SECONDS = 30 * 60;
const MAX_TOKEN_LENGTH = 16 * 1024;
const MAX_REMEMBERED = 10_000;

export interface BearerTokensOptions {
  /** Milliseconds since the epoch; tests hand in their own. */
  readonly now?: () => number;
}

export interface IssuedToken {
  readonly token: string;
  readonly expiresInSeconds: number;
  readonly issuedAt: Date;
}

/**
 * Bearer tokens for /v2: JWT with HS256, because only the processes of one installation verify them, four times as fast as any signature
 * with a public key. Claims: distribution's token specification (`access`), and under `berth` what its format has no place for.
 */
export class BearerTokens {
  readonly #ring: KeyRing;
  readonly #now: () => number;
  /** By the token's own text: exact, and cheaper than hashing it. */
  readonly #verified = new LRUCache<string, VerifiedToken>({ max: MAX_REMEMBERED });

  constructor(ring: KeyRing, options: BearerTokensOptions = {}) {
    this.#ring = ring;
    this.#now = options.now ?? Date.now;
  }

  async issue(subject: TokenSubject, grants: TokenGrants): Promise<IssuedToken> {
    const issuedAt = Math.floor(this.#now() / 1000);
    const key = await this.#ring.signer();
    const access = [
      ...grants.repositories.map(({ repository, actions }) => ({ type: 'repository', name: repository, actions })),
      ...(grants.catalog ? [{ type: 'registry', name: 'catalog', actions: ['*'] }] : []),
    ];
    const projects = grants.repositories.map(({ projectId }) => projectId ?? 0);
    const token = await new SignJWT({ access, berth: { ...versionClaims(subject), prj: projects } })
      .setProtectedHeader({ alg: 'HS256', typ: PURPOSE.type, kid: key.kid })
      .setIssuer(PURPOSE.issuer)
      .setAudience(PURPOSE.audience)
      .setSubject(subClaim(subject))
      .setIssuedAt(issuedAt)
      .setNotBefore(issuedAt)
      .setExpirationTime(issuedAt + LIFETIME_SECONDS)
      .setJti(randomUUID())
      .sign(key.secret);
    return { token, expiresInSeconds: LIFETIME_SECONDS, issuedAt: new Date(issuedAt * 1000) };
  }

  /** The checked token; at once when it was checked before. Rejects with {@link TokenRefusedError}. */
  verify(token: string): VerifiedToken | Promise<VerifiedToken> {
    const known = this.#verified.get(token);
    if (known !== undefined && known.expiresAt > this.#now()) return known;
    return this.#check(token);
  }

  async #check(token: string): Promise<VerifiedToken> {
    if (token.length > MAX_TOKEN_LENGTH) throw new TokenRefusedError('The token is too long.');
    const claims = await readJwt(this.#ring, token, { purpose: PURPOSE, now: this.#now });
    const verified = verifiedFrom(claims);
    this.#verified.set(token, verified);
    return verified;
  }
}

interface AccessEntry {
  readonly type: unknown;
  readonly name: unknown;
  readonly actions: unknown;
}

/** Everything was signed by us, so a wrong shape is a token of another version: refused, never half understood. */
function verifiedFrom(claims: { sub: string; exp: number; access?: unknown; berth?: unknown }): VerifiedToken {
  const { access, berth } = claims;
  if (!Array.isArray(access) || typeof berth !== 'object' || berth === null) throw new TokenRefusedError('The token grants nothing.');
  const { prj } = berth as { prj?: unknown };
  if (!Array.isArray(prj)) throw new TokenRefusedError('The token names no projects.');
  const repositories = new Map<RepositoryName, { bits: number; projectId: number | undefined }>();
  let catalog = false;
  for (const [index, entry] of (access as AccessEntry[]).entries()) {
    if (entry.type === 'registry') catalog = true;
    if (entry.type !== 'repository') continue;
    const projectId: unknown = prj[index];
    if (typeof entry.name !== 'string' || !Array.isArray(entry.actions) || !Number.isSafeInteger(projectId)) {
      throw new TokenRefusedError('The token has a malformed grant.');
    }
    const bits = (entry.actions as ScopeAction[]).reduce((sum, action) => sum | (ACTION_BIT[action] ?? 0), 0);
    repositories.set(parseRepositoryName(entry.name), { bits, projectId: projectId === 0 ? undefined : (projectId as number) });
  }
  return { subject: subjectFrom(claims.sub, berth), expiresAt: claims.exp * 1000, catalog, repositories };
}

export function subClaim(subject: TokenSubject): string {
  return subject.kind === 'anonymous' ? 'anonymous' : `${subject.kind}:${subject.id}`;
}

/** `ver`: the version of the account's credentials; `pat`: the personal access token that the user came with. */
export function versionClaims(subject: TokenSubject): object {
  if (subject.kind === 'anonymous') return {};
  const pat = subject.kind === 'user' ? subject.accessTokenId : undefined;
  return { ver: subject.credentialVersion, ...(pat === undefined ? {} : { pat }) };
}

/** `berth`: the claim of that name. */
export function subjectFrom(sub: string, berth: unknown): TokenSubject {
  if (sub === 'anonymous') return { kind: 'anonymous' };
  const [, kind, digits] = /^(user|robot):([1-9][0-9]{0,15})$/.exec(sub) ?? [];
  const { ver, pat } = (berth ?? {}) as { ver?: unknown; pat?: unknown };
  if (digits === undefined || !Number.isSafeInteger(ver)) throw new TokenRefusedError('The token names no account.');
  if (pat !== undefined && (kind !== 'user' || !Number.isSafeInteger(pat))) throw new TokenRefusedError('The token names no access token.');
  const common = { id: Number(digits), credentialVersion: ver as number };
  if (kind === 'robot') return { kind, ...common };
  return { kind: 'user', ...common, ...(pat === undefined ? {} : { accessTokenId: pat as number }) };
}
