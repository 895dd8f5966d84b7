import { OPERATIONS } from '@berth/api-contract';
import { selfEndpoint } from '../endpoint.ts';
import { checkProfile } from './check-profile.ts';
import { noSuchUser } from './user-view.ts';

/** E-mail, full name and comment, nothing else, whatever the body holds. */
export const updateUserProfile = selfEndpoint(OPERATIONS.updateUserProfile, 'user:update', async ({ parts, params, body }) => {
  checkProfile(body);
  const { email, realname, comment } = body;
  if (!(await parts.identity.stores.users.updateProfile(params.user_id, { email, realname, comment }))) throw noSuchUser();
  return {};
});
