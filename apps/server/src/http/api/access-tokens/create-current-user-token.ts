import { OPERATIONS } from '@berth/api-contract';
import { accountEndpoint } from '../endpoint.ts';
import { createToken, refuseByToken } from './access-tokens.ts';

export const createCurrentUserToken = accountEndpoint(OPERATIONS.createCurrentUserToken, async (call, account) => {
  refuseByToken(account);
  return createToken(call, account);
});
