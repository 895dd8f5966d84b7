import { ANONYMOUS, type LivePrincipals, type LiveStandings, type Principal, subjectOf } from '@berth/access';
import { OciError } from '@berth/oci';
import { type AccessTokenUses, type BearerTokens, type PasswordSignIn, type RefreshTokens, TokenRefusedError } from '@berth/tokens';
import type { ProjectMaker } from '../gate/project-maker.ts';
import { throttledError } from '../identity/refusals.ts';
import { narrow } from './narrow.ts';
import { parseScopes } from './scopes.ts';

export interface TokenEndpointParts {
  readonly bearer: BearerTokens;
  readonly refresh: RefreshTokens;
  readonly signIn: PasswordSignIn;
  readonly principals: LivePrincipals;
  readonly accessTokenUses: AccessTokenUses;
  readonly standings: LiveStandings;
  readonly projectMaker: ProjectMaker;
}

/** How the caller of the token endpoint says who he is. */
export type Claim =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'password'; readonly username: string; readonly password: string; readonly address: string }
  | { readonly kind: 'refresh token'; readonly token: string };

export interface TokenRequest {
  readonly claim: Claim;
  readonly scopes: readonly string[];
  /** The client asks for a refresh token too. */
  readonly offline: boolean;
}

/** The answer's body, in distribution's token specification and OAuth2's names at once. */
export interface TokenAnswer {
  readonly token: string;
  readonly access_token: string;
  readonly expires_in: number;
  /** RFC 3339. */
  readonly issued_at: string;
  readonly refresh_token?: string;
}

/** Exchanges a password, a refresh token or nothing for a bearer token of at most the wanted scopes. */
export class TokenEndpoint {
  readonly #parts: TokenEndpointParts;

  constructor(parts: TokenEndpointParts) {
    this.#parts = parts;
  }

  /** Rejects with UNAUTHORIZED for a wrong password or a void refresh token, TOOMANYREQUESTS when throttled. */
  async exchange({ claim, scopes, offline }: TokenRequest): Promise<TokenAnswer> {
    const requested = parseScopes(scopes);
    const account = await this.#account(claim);
    const grants = await narrow(requested, account?.actor ?? ANONYMOUS, this.#parts);
    const subject = account === undefined ? ({ kind: 'anonymous' } as const) : subjectOf(account);
    if (subject.kind === 'user' && subject.accessTokenId !== undefined) this.#parts.accessTokenUses.note(subject.accessTokenId);
    const issued = await this.#parts.bearer.issue(subject, grants);
    const refreshToken = offline && subject.kind !== 'anonymous' ? await this.#parts.refresh.issue(subject) : undefined;
    return {
      token: issued.token,
      access_token: issued.token,
      expires_in: issued.expiresInSeconds,
      issued_at: issued.issuedAt.toISOString(),
      ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
    };
  }

  async #account(claim: Claim): Promise<Principal | undefined> {
    switch (claim.kind) {
      case 'anonymous':
        return undefined;
      case 'password': {
        const result = await this.#parts.signIn.signIn(claim);
        if (result.outcome === 'throttled') throw throttledError(result.retryAfterSeconds);
        if (result.outcome === 'refused') throw unauthorized('The username or the password is wrong.');
        return result.account;
      }
      case 'refresh token':
        return this.#refreshed(claim.token);
    }
  }

  async #refreshed(token: string): Promise<Principal> {
    try {
      const account = await this.#parts.principals.find(await this.#parts.refresh.verify(token));
      if (account !== undefined) return account;
    } catch (error) {
      if (!(error instanceof TokenRefusedError)) throw error;
    }
    throw unauthorized(
      'This sign-in has ended, because its password changed, its account was removed or it grew old: use docker login again.',
    );
  }
}

/** 401 of the token endpoint itself: docker shows the sentence. */
export function unauthorized(message: string): OciError {
  return new OciError('UNAUTHORIZED', message, { headers: { 'www-authenticate': 'Basic realm="Berth", charset="UTF-8"' } });
}
