import { OPERATIONS } from '@berth/api-contract';
import { say } from '@berth/oci';
import { ApiError } from '../api-error.ts';
import { systemEndpoint } from '../endpoint.ts';

export const removeUserGroupMember = systemEndpoint(OPERATIONS.removeUserGroupMember, 'user-group:update', async ({ parts, params }) => {
  const removed = await parts.identity.stores.groups.removeMember(params.group_id, params.member_id);
  parts.identity.standings.forget();
  if (!removed)
    throw new ApiError('NOT_FOUND', say('not-in-group')`The group does not exist, or this user is not in it. Nothing was changed.`);
  return {};
});
