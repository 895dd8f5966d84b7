import { OPERATIONS } from '@berth/api-contract';
import { say } from '@berth/oci';
import { ApiError } from '../api-error.ts';
import { systemEndpoint } from '../endpoint.ts';
import { noSuchRole } from './role-view.ts';

export const deleteRole = systemEndpoint(OPERATIONS.deleteRole, 'role:delete', async ({ parts, params }) => {
  switch (await parts.identity.stores.roles.remove(params.role_id)) {
    case 'removed':
      return {};
    case 'absent':
      throw noSuchRole();
    case 'in use':
      throw new ApiError(
        'PRECONDITION',
        say('role-in-use')`Members of projects hold this role. Nothing was changed; give them another one first.`,
      );
  }
});
