import { OPERATIONS } from '@berth/api-contract';
import { systemEndpoint } from '../endpoint.ts';
import { noSuchRole, roleFrom } from './role-view.ts';

export const updateRole = systemEndpoint(OPERATIONS.updateRole, 'role:update', async ({ parts, params, body }) => {
  const changed = await parts.identity.stores.roles.update(params.role_id, roleFrom(body));
  parts.identity.standings.forget();
  if (!changed) throw noSuchRole();
  return {};
});
