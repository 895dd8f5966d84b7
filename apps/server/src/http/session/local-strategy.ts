import type { PasswordSignIn } from '@berth/tokens';
import type { Request } from 'express';
import { Strategy } from 'passport-local';
import type { OriginOf } from '../forwarded.ts';
import { throttledError } from '../identity/refusals.ts';

/** Signing in at the portal with a name and a password of this installation. */
export function localStrategy(signIn: PasswordSignIn, originOf: OriginOf): Strategy {
  return new Strategy(
    { usernameField: 'username', passwordField: 'password', passReqToCallback: true, session: false },
    // eslint-disable-next-line max-params -- passport-local calls it with these four
    (request: Request, username, password, done) => {
      Promise.resolve(signIn.signIn({ username, password, address: originOf(request).address })).then((result) => {
        if (result.outcome === 'throttled') done(throttledError(result.retryAfterSeconds));
        else done(null, result.outcome === 'signed in' ? result.account : false);
      }, done);
    },
  );
}
