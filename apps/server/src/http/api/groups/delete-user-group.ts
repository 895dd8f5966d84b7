import { OPERATIONS } from '@berth/api-contract';
import { systemEndpoint } from '../endpoint.ts';
import { noSuchGroup } from './group-view.ts';

export const deleteUserGroup = systemEndpoint(OPERATIONS.deleteUserGroup, 'user-group:delete', async ({ parts, params }) => {
  const removed = await parts.identity.stores.groups.remove(params.group_id);
  parts.identity.standings.forget();
  if (!removed) throw noSuchGroup();
  return {};
});
