import { isUser, passwordProblem, type UserActor } from '@berth/access';
import { OPERATIONS } from '@berth/api-contract';
import { say } from '@berth/oci';
import { hashPassword, passwordMatches } from '@berth/tokens';
import type { Request } from 'express';
import { throttledError } from '../../identity/refusals.ts';
import { ApiError } from '../api-error.ts';
import type { ApiParts } from '../api-parts.ts';
import { allowedBySystem, selfEndpoint } from '../endpoint.ts';
import { refuseProblem } from './check-profile.ts';
import { findUser, noSuchUser } from './user-view.ts';

/** Ends every token and session of the user (law 9), the caller's own too. */
export const updateUserPassword = selfEndpoint(OPERATIONS.updateUserPassword, 'user:update', async (call, account) => {
  const { stores, accounts } = call.parts.identity;
  const { user_id: id } = call.params;
  if (isUser(account) && id === account.actor.id) await requireOldPassword(call, account.actor, call.body.old_password ?? '');
  refuseProblem(passwordProblem(call.body.new_password));
  const { username, systemAdmin } = await findUser(call, id);
  // Whoever sets it can sign in with it.
  if (systemAdmin) allowedBySystem(call, 'administrator:update');
  const present = await stores.users.findCredential(username);
  if (present !== undefined && (await passwordMatches(present.passwordHash, call.body.new_password))) {
    throw new ApiError('BAD_REQUEST', say('password-same')`The new password is the old one. Nothing was changed.`);
  }
  const wasGenerated = await stores.users.hasGeneratedPassword(id);
  if (!(await stores.users.setPassword(id, await hashPassword(call.body.new_password)))) throw noSuchUser();
  accounts.forget(id);
  if (wasGenerated) call.parts.forgetInitialPassword?.();
  return {};
});

/** Guessing the old password here is throttled like any sign-in. */
async function requireOldPassword(
  { parts, request }: { readonly parts: ApiParts; readonly request: Request },
  actor: UserActor,
  password: string,
): Promise<void> {
  const { address } = parts.identity.originOf(request);
  const result = await parts.identity.signIn.signIn({ username: actor.name, password, address });
  if (result.outcome === 'throttled') throw throttledError(result.retryAfterSeconds);
  if (result.outcome === 'refused')
    throw new ApiError('FORBIDDEN', say('password-wrong')`The current password (old_password) is wrong. Nothing was changed.`);
}
