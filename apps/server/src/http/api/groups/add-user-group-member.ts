import { OPERATIONS } from '@berth/api-contract';
import { say } from '@berth/oci';
import { ApiError } from '../api-error.ts';
import { API_BASE } from '../api-parts.ts';
import { systemEndpoint } from '../endpoint.ts';
import { findGroup, noSuchGroup } from './group-view.ts';

export const addUserGroupMember = systemEndpoint(OPERATIONS.addUserGroupMember, 'user-group:update', async (call) => {
  const { parts, body } = call;
  const { stores, standings } = parts.identity;
  const group = await findGroup(call, call.params.group_id);
  const { user_id: id = 0, username = '' } = body;
  if (id === 0 && username === '')
    throw new ApiError('BAD_REQUEST', say('user-not-named')`Name the user by user_id or username. Nothing was changed.`);
  const user = id > 0 ? await stores.users.find(id) : (await stores.users.list({ page: 1, pageSize: 1, username })).items[0];
  if (user === undefined) throw new ApiError('BAD_REQUEST', say('no-such-user')`No such user exists. Nothing was changed.`);
  const added = await stores.groups.addMember(group.id, user.id);
  standings.forget();
  if (!added) throw noSuchGroup();
  return { headers: { location: `${API_BASE}/usergroups/${group.id}/members/${user.id}` } };
});
