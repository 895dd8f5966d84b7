import { OPERATIONS } from '@berth/api-contract';
import { accountEndpoint } from '../endpoint.ts';
import { deleteToken, refuseByToken } from './access-tokens.ts';

export const deleteCurrentUserToken = accountEndpoint(OPERATIONS.deleteCurrentUserToken, async (call, account) => {
  refuseByToken(account);
  return deleteToken(call, account.actor.id, call.params.token_id);
});
