import { passwordProblem, usernameProblem } from '@berth/access';
import { OPERATIONS } from '@berth/api-contract';
import { hashPassword } from '@berth/tokens';
import { API_BASE } from '../api-parts.ts';
import { systemEndpoint } from '../endpoint.ts';
import { checkProfile, refuseProblem } from './check-profile.ts';

export const createUser = systemEndpoint(OPERATIONS.createUser, 'user:create', async ({ parts, body }) => {
  const { username, email, realname, comment, password } = body;
  refuseProblem(passwordProblem(password), usernameProblem(username));
  checkProfile(body);
  const passwordHash = await hashPassword(password);
  const user = await parts.identity.stores.users.create({ username, email, realname, comment, passwordHash, systemAdmin: false });
  return { headers: { location: `${API_BASE}/users/${user.id}` } };
});
