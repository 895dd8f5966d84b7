import { OPERATIONS } from '@berth/api-contract';
import { accountEndpoint } from '../endpoint.ts';
import { ownView } from './user-view.ts';

export const getCurrentUserInfo = accountEndpoint(OPERATIONS.getCurrentUserInfo, async (call, account) => ({
  json: await ownView(call, account.actor.id),
}));
