import { OPERATIONS } from '@berth/api-contract';
import { systemEndpoint } from '../endpoint.ts';
import { listReply, pageRequest } from '../paging.ts';
import { findGroup } from './group-view.ts';

export const listUserGroupMembers = systemEndpoint(OPERATIONS.listUserGroupMembers, 'user-group:read', async (call) => {
  const { parts, request, query } = call;
  const group = await findGroup(call, call.params.group_id);
  const { items, total } = await parts.identity.stores.groups.members(group.id, pageRequest(query));
  return listReply(
    items.map(({ userId, username }) => ({ user_id: userId, username })),
    { request, query, total },
  );
});
