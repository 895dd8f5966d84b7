import { OPERATIONS } from '@berth/api-contract';
import { systemEndpoint } from '../endpoint.ts';
import { groupNameFrom, noSuchGroup } from './group-view.ts';

export const updateUserGroup = systemEndpoint(OPERATIONS.updateUserGroup, 'user-group:update', async ({ parts, params, body }) => {
  if (!(await parts.identity.stores.groups.rename(params.group_id, groupNameFrom(body.group_name)))) throw noSuchGroup();
  return {};
});
