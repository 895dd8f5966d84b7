import { isUser } from '@berth/access';
import { OPERATIONS } from '@berth/api-contract';
import { selfEndpoint } from '../endpoint.ts';
import { listTokens, refuseByToken } from './access-tokens.ts';

export const listUserTokens = selfEndpoint(OPERATIONS.listUserTokens, 'user:read', async (call, principal) => {
  if (isUser(principal)) refuseByToken(principal);
  return listTokens(call, call.params.user_id);
});
