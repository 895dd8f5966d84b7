import { OPERATIONS } from '@berth/api-contract';
import { principalEndpoint } from '../endpoint.ts';
import { listReply, pageRequest } from '../paging.ts';

/** For everyone who signed in, so that members can be chosen. */
export const searchUserGroups = principalEndpoint(OPERATIONS.searchUserGroups, async ({ parts, request, query }) => {
  const { items, total } = await parts.identity.stores.groups.list({ ...pageRequest(query), namePart: query.groupname });
  return listReply(
    items.map(({ id, name, type }) => ({ id, group_name: name, group_type: type })),
    { request, query, total },
  );
});
