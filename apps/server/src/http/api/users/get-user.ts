import { OPERATIONS } from '@berth/api-contract';
import { selfEndpoint } from '../endpoint.ts';
import { findUser, userView } from './user-view.ts';

export const getUser = selfEndpoint(OPERATIONS.getUser, 'user:read', async (call) => ({
  json: userView(await findUser(call, call.params.user_id)),
}));
