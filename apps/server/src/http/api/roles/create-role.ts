import { OPERATIONS } from '@berth/api-contract';
import { say } from '@berth/oci';
import { ApiError } from '../api-error.ts';
import { API_BASE } from '../api-parts.ts';
import { systemEndpoint } from '../endpoint.ts';
import { roleFrom } from './role-view.ts';

export const createRole = systemEndpoint(OPERATIONS.createRole, 'role:create', async ({ parts, body }) => {
  const role = await parts.identity.stores.roles.create(roleFrom(body));
  if (role === 'too many')
    throw new ApiError(
      'PRECONDITION',
      say('too-many-roles')`There are 100 roles already. Nothing was created; remove one that nobody holds.`,
    );
  return { headers: { location: `${API_BASE}/roles/${role.id}` } };
});
