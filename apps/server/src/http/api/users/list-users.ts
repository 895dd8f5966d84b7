import type { UserQuery } from '@berth/access';
import { OPERATIONS } from '@berth/api-contract';
import { systemEndpoint } from '../endpoint.ts';
import { parseConditions, parseSort } from '../list-query.ts';
import { listReply, pageRequest } from '../paging.ts';
import { userView } from './user-view.ts';

const SORT_FIELDS = { username: 'username', user_id: 'id', email: 'email', creation_time: 'createdAt', update_time: 'updatedAt' };

export const listUsers = systemEndpoint(OPERATIONS.listUsers, 'user:list', async ({ parts, request, query }) => {
  const { items, total } = await parts.identity.stores.users.list({
    ...pageRequest(query, parseSort(query.sort, SORT_FIELDS)),
    ...fromConditions(query.q),
    // Harbor takes these two as parts.
    ...(query.username === undefined ? {} : { usernamePart: query.username }),
    ...(query.email === undefined ? {} : { emailPart: query.email }),
  });
  return listReply(items.map(userView), { request, query, total });
});

function fromConditions(q: string | undefined): Pick<UserQuery, 'username' | 'usernamePart' | 'email' | 'emailPart'> {
  const conditions = parseConditions(q, ['username', 'email']);
  const username = conditions.get('username');
  const email = conditions.get('email');
  return {
    ...(username === undefined ? {} : username.fuzzy ? { usernamePart: username.value } : { username: username.value }),
    ...(email === undefined ? {} : email.fuzzy ? { emailPart: email.value } : { email: email.value }),
  };
}
