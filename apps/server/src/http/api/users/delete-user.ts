import { OPERATIONS } from '@berth/api-contract';
import { say } from '@berth/oci';
import { ApiError } from '../api-error.ts';
import { systemEndpoint } from '../endpoint.ts';
import { noSuchUser } from './user-view.ts';

export const deleteUser = systemEndpoint(OPERATIONS.deleteUser, 'user:delete', async ({ parts, params }, account) => {
  const { stores, accounts, standings } = parts.identity;
  if (account.actor.kind === 'user' && params.user_id === account.actor.id)
    throw new ApiError('FORBIDDEN', say('user-is-self')`Nobody removes himself. Nothing was changed; another administrator can.`);
  const outcome = await stores.users.remove(params.user_id);
  accounts.forget(params.user_id);
  standings.forget();
  switch (outcome) {
    case 'removed':
      return {};
    case 'absent':
      throw noSuchUser();
    case 'last admin':
      throw new ApiError(
        'FORBIDDEN',
        say('last-administrator')`This is the last system administrator. Nothing was changed; make another one first.`,
      );
  }
});
