import express, { type ErrorRequestHandler, type Request, type RequestHandler, type Router } from 'express';
import { isUser } from '@berth/access';
import { OciError, say } from '@berth/oci';
import { CrossSiteError, type Sessions } from './sessions.ts';

const MAX_BODY_BYTES = 4 * 1024;

/**
 * `/c/login` and `/c/log_out`, as scripts for Harbor sign in: a form with `principal` and `password`, an empty answer with the cookie. The same
 * sessions as `/api/v2.0/session`, under the same rules.
 */
export function createHarborLoginRouter(sessions: Sessions): Router {
  const router = express.Router();
  router.post('/login', express.urlencoded({ extended: false, limit: MAX_BODY_BYTES, parameterLimit: 10 }), logIn(sessions));
  router.get('/log_out', async (request, response) => {
    // A link on another site may not sign people out.
    sessions.refuseForeignPage(request);
    await sessions.end(request, response);
    response.status(200).end();
  });
  router.use(renderError);
  return router;
}

function logIn(sessions: Sessions): RequestHandler {
  return async (request: Request, response) => {
    sessions.refuseForeignPage(request);
    if (!sessions.isPossible(request))
      throw new CrossSiteError(say('sign-in-needs-https')`Signing in with a cookie needs HTTPS. The password was not checked.`);
    const { principal, password } = (request.body ?? {}) as { principal?: unknown; password?: unknown };
    // The strategies know Berth's own names.
    request.body = { username: principal, password };
    const account = await sessions.prove(request, response);
    if (account === undefined) {
      response.status(401).end();
      return;
    }
    if (!isUser(account) || account.accessTokenId !== undefined)
      throw new CrossSiteError(
        say('portal-for-people')`The portal is for people and their passwords: robot accounts and access tokens are for programs.`,
      );
    await sessions.start(request, response, account);
    response.status(200).end();
  };
}

// eslint-disable-next-line max-params -- express tells error handlers by their four parameters
const renderError: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  const code = error instanceof CrossSiteError ? 'FORBIDDEN' : error instanceof OciError ? error.code : undefined;
  if (code === undefined || response.headersSent) return next(error);
  if (error instanceof OciError) response.set(error.headers);
  response.status(error instanceof OciError ? error.status : 403).json({ errors: [{ code, message: (error as Error).message }] });
};
