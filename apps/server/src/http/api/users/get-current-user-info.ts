import { OPERATIONS } from '@berth/api-contract';
import { accountEndpoint } from '../endpoint.ts';
import { findUser, userView } from './user-view.ts';

export const getCurrentUserInfo = accountEndpoint(OPERATIONS.getCurrentUserInfo, async (call, account) => ({
  json: userView(await findUser(call, account.actor.id)),
}));
