import { OPERATIONS } from '@berth/api-contract';
import { principalEndpoint } from '../endpoint.ts';
import { listReply, pageRequest } from '../paging.ts';

/** For everyone who signed in, so that members can be chosen: names and ids, never e-mail addresses. */
export const searchUsers = principalEndpoint(OPERATIONS.searchUsers, async ({ parts, request, query }) => {
  const { items, total } = await parts.identity.stores.users.list({ ...pageRequest(query), usernamePart: query.username });
  return listReply(
    items.map(({ id, username }) => ({ user_id: id, username })),
    { request, query, total },
  );
});
