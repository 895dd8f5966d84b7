import { OPERATIONS } from '@berth/api-contract';
import { say } from '@berth/oci';
import { ApiError } from '../api-error.ts';
import { systemEndpoint } from '../endpoint.ts';
import { noSuchUser } from './user-view.ts';

export const setUserSysAdmin = systemEndpoint(OPERATIONS.setUserSysAdmin, 'administrator:update', async ({ parts, params, body }) => {
  const { stores, accounts } = parts.identity;
  const outcome = await stores.users.setSystemAdmin(params.user_id, body.sysadmin_flag);
  accounts.forget(params.user_id);
  switch (outcome) {
    case 'changed':
      return {};
    case 'absent':
      throw noSuchUser();
    case 'last admin':
      throw new ApiError(
        'FORBIDDEN',
        say('last-administrator')`This is the last system administrator. Nothing was changed; make another one first.`,
      );
  }
});
