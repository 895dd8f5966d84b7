import { OPERATIONS } from '@berth/api-contract';
import { accountEndpoint } from '../endpoint.ts';
import { listTokens, refuseByToken } from './access-tokens.ts';

export const listCurrentUserTokens = accountEndpoint(OPERATIONS.listCurrentUserTokens, async (call, account) => {
  refuseByToken(account);
  return listTokens(call, account.actor.id);
});
