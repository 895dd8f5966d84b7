import { isUser } from '@berth/access';
import { OPERATIONS } from '@berth/api-contract';
import { selfEndpoint } from '../endpoint.ts';
import { deleteToken, refuseByToken } from './access-tokens.ts';

export const deleteUserToken = selfEndpoint(OPERATIONS.deleteUserToken, 'user:update', async (call, principal) => {
  if (isUser(principal)) refuseByToken(principal);
  return deleteToken(call, call.params.user_id, call.params.token_id);
});
