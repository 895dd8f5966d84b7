import { OPERATIONS } from '@berth/api-contract';
import { say } from '@berth/oci';
import { ApiError } from '../api-error.ts';
import { principalEndpoint } from '../endpoint.ts';
import { roleView } from './role-view.ts';

export const getRole = principalEndpoint(OPERATIONS.getRole, async ({ parts, params }) => {
  const role = await parts.identity.stores.roles.find(params.role_id);
  if (role === undefined) throw new ApiError('NOT_FOUND', say('no-such-role')`No role has this id.`);
  return { json: roleView(role) };
});
