import { OPERATIONS } from '@berth/api-contract';
import { say } from '@berth/oci';
import { ApiError } from '../api-error.ts';
import { accountEndpoint } from '../endpoint.ts';
import { createToken, refuseByToken } from './access-tokens.ts';

/** For oneself only: a token made for somebody else would speak as him. */
export const createUserToken = accountEndpoint(OPERATIONS.createUserToken, async (call, account) => {
  refuseByToken(account);
  if (account.actor.id !== call.params.user_id)
    throw new ApiError(
      'FORBIDDEN',
      say(
        'token-for-somebody-else',
      )`An access token speaks as its owner, so nobody else makes it. Nothing was created; use a robot account.`,
    );
  return createToken(call, account);
});
