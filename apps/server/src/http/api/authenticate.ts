import type { Account, Principal } from '@berth/access';
import { say } from '@berth/oci';
import type { AccessTokenUses, PasswordSignIn } from '@berth/tokens';
import type { Request, RequestHandler, Response } from 'express';
import passport from 'passport';
import type { OriginOf } from '../forwarded.ts';
import { credentialsOf } from '../identity/credentials.ts';
import { throttledError } from '../identity/refusals.ts';
import { CrossSiteError, type Sessions } from '../session/sessions.ts';
import { ApiError } from './api-error.ts';

/** Who calls the API; undefined for nobody in particular. */
export type ApiCaller = Principal | undefined;

export interface AuthenticateParts {
  readonly signIn: PasswordSignIn;
  readonly accessTokenUses: AccessTokenUses;
  readonly originOf: OriginOf;
  readonly sessions: Sessions;
}

/** HTTP Basic as a passport strategy. Other ways of proving a password (LDAP) become further strategies of the same list. */
class BasicStrategy extends passport.Strategy {
  override readonly name = 'basic';
  /** Not a #field: passport calls through objects made from this one, which have none. */
  private readonly parts: AuthenticateParts;

  constructor(parts: AuthenticateParts) {
    super();
    this.parts = parts;
  }

  override authenticate(request: Request): void {
    const credentials = credentialsOf(request.headers.authorization);
    if (credentials.scheme === 'none') return this.pass();
    if (credentials.scheme !== 'basic')
      return this.error(new ApiError('UNAUTHORIZED', say('credential-kind')`The API takes a username and a password (Basic).`));
    const attempt = { ...credentials, address: this.parts.originOf(request).address };
    Promise.resolve(this.parts.signIn.signIn(attempt)).then(
      (result) => {
        if (result.outcome === 'throttled') return this.error(throttledError(result.retryAfterSeconds));
        // Without a www-authenticate header: it would make browsers ask for a password over the portal's own page.
        if (result.outcome === 'refused')
          return this.error(new ApiError('UNAUTHORIZED', say('credential-wrong')`The username or the password is wrong.`));
        const { accessTokenId } = result.account as Account;
        if (accessTokenId !== undefined) this.parts.accessTokenUses.note(accessTokenId);
        return this.success(result.account);
      },
      (error: unknown) => this.error(error),
    );
  }
}

/**
 * Finds out who calls. A wrong credential is refused, none is let through as nobody. Who brings an Authorization header is judged by it
 * alone; a cookie counts otherwise, and brings its CSRF check with it, since browsers send cookies without their user's doing.
 */
export function authenticate(parts: AuthenticateParts): RequestHandler {
  const authenticator = new passport.Passport();
  authenticator.use(new BasicStrategy(parts));
  return (request, response, next) => {
    const done = (error: unknown, account: unknown): void => {
      if (error !== null && error !== undefined) return next(error);
      response.locals['caller'] = account as ApiCaller;
      next();
    };
    if (request.headers.authorization === undefined) {
      bySession(parts.sessions, request, response).then(
        (account) => done(undefined, account),
        (error: unknown) => done(error, undefined),
      );
      return;
    }
    (authenticator.authenticate('basic', { session: false }, done) as RequestHandler)(request, response, next);
  };
}

async function bySession(sessions: Sessions, request: Request, response: Response): Promise<ApiCaller> {
  // Signing in replaces whatever session there was, and is checked by its own endpoint.
  if (request.method === 'POST' && request.path === '/session') return undefined;
  try {
    return await sessions.account(request, response);
  } catch (error) {
    throw refusedAcrossSites(error);
  }
}

/** For what happens before there is a session: signing in. */
export function refuseForeignPage(sessions: Sessions, request: Request): void {
  try {
    sessions.refuseForeignPage(request);
  } catch (error) {
    throw refusedAcrossSites(error);
  }
}

function refusedAcrossSites(error: unknown): unknown {
  return error instanceof CrossSiteError ? new ApiError('FORBIDDEN', error.sentence, { cause: error }) : error;
}

export function callerOf(response: Response): ApiCaller {
  return response.locals['caller'] as ApiCaller;
}
