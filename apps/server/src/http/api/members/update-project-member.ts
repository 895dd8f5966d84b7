import { OPERATIONS } from '@berth/api-contract';
import { projectEndpoint } from '../endpoint.ts';
import { noSuchMember, roleFromBody } from './member-from-body.ts';

export const updateProjectMember = projectEndpoint(
  OPERATIONS.updateProjectMember,
  'member:update',
  async ({ parts, params, body, actor }, standing) => {
    const { stores, standings } = parts.identity;
    const role = await roleFromBody(stores, { roleId: body.role_id, actor, standing });
    const changed = await stores.members.setRole(standing.projectId, params.mid, role.id);
    standings.forget();
    if (!changed) throw noSuchMember();
    return {};
  },
);
