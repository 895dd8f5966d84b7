import type { User, Users } from '@berth/access';
import { OPERATIONS } from '@berth/api-contract';
import { ApiError } from '../api-error.ts';
import { API_BASE } from '../api-parts.ts';
import { projectEndpoint } from '../endpoint.ts';
import { nameFromPath } from '../path-names.ts';
import { roleFromBody } from './role-from-body.ts';

export const createProjectMember = projectEndpoint(
  OPERATIONS.createProjectMember,
  'member:create',
  async ({ parts, params, body }, standing) => {
    const { stores, standings } = parts.identity;
    const role = roleFromBody(body.role_id);
    const user = await userFromBody(stores.users, body.member_user ?? {});
    const member = await stores.members.add(standing.projectId, user.id, role);
    standings.forget();
    const project = encodeURIComponent(nameFromPath(params.project_name_or_id));
    return { headers: { location: `${API_BASE}/projects/${project}/members/${member.id}` } };
  },
);

/** By id or, without one, by name, as in Harbor. */
async function userFromBody(users: Users, wanted: { user_id?: number | undefined; username?: string | undefined }): Promise<User> {
  const { user_id: id = 0, username = '' } = wanted;
  if (id === 0 && username === '')
    throw new ApiError('BAD_REQUEST', 'member_user must name a user by user_id or username. Nothing was changed.');
  const user = id > 0 ? await users.find(id) : (await users.list({ page: 1, pageSize: 1, username })).items[0];
  if (user === undefined) throw new ApiError(id > 0 ? 'BAD_REQUEST' : 'NOT_FOUND', 'No such user exists. Nothing was changed.');
  return user;
}
