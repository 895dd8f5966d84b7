import { OPERATIONS } from '@berth/api-contract';
import { systemEndpoint } from '../endpoint.ts';
import { findGroup, groupView } from './group-view.ts';

export const getUserGroup = systemEndpoint(OPERATIONS.getUserGroup, 'user-group:read', async (call) => ({
  json: groupView(await findGroup(call, call.params.group_id)),
}));
