import { OPERATIONS } from '@berth/api-contract';
import { projectEndpoint } from '../endpoint.ts';
import { noSuchMember, roleFromBody } from './role-from-body.ts';

export const updateProjectMember = projectEndpoint(
  OPERATIONS.updateProjectMember,
  'member:update',
  async ({ parts, params, body }, standing) => {
    const { stores, standings } = parts.identity;
    const changed = await stores.members.setRole(standing.projectId, params.mid, roleFromBody(body.role_id));
    standings.forget();
    if (!changed) throw noSuchMember();
    return {};
  },
);
