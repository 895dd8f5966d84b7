import { isUser } from '@berth/access';
import { OPERATIONS } from '@berth/api-contract';
import { say } from '@berth/oci';
import { ApiError } from '../api-error.ts';
import { refuseForeignPage } from '../authenticate.ts';
import { publicEndpoint } from '../endpoint.ts';
import { ownView } from '../users/user-view.ts';

/** The cookie's own sign-in. No credential is looked at where the cookie could not travel safely. */
export const createSession = publicEndpoint(OPERATIONS.createSession, async (call) => {
  const { request, response } = call;
  const { sessions } = call.parts.identity;
  if (!sessions.isPossible(request)) {
    throw new ApiError(
      'FORBIDDEN',
      say(
        'sign-in-needs-https',
      )`Signing in with a browser needs HTTPS, or the registry on this same machine: over plain HTTP anyone on the way could read the session. The password was not checked. Open the https address, or let an administrator turn TLS on.`,
    );
  }
  refuseForeignPage(sessions, request);
  const account = await sessions.prove(request, response);
  if (account === undefined) throw new ApiError('UNAUTHORIZED', say('credential-wrong')`The username or the password is wrong.`);
  if (!isUser(account) || account.accessTokenId !== undefined)
    throw new ApiError(
      'FORBIDDEN',
      say('portal-for-people')`The portal is for people and their passwords: robot accounts and access tokens are for programs.`,
    );
  await sessions.start(request, response, account);
  return { json: await ownView(call, account.actor.id) };
});
