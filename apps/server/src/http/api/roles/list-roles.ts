import { OPERATIONS } from '@berth/api-contract';
import { principalEndpoint } from '../endpoint.ts';
import { listReply, pageRequest } from '../paging.ts';
import { roleView } from './role-view.ts';

/** For everyone who signed in, so that members can be given one. */
export const listRoles = principalEndpoint(OPERATIONS.listRoles, async ({ parts, request, query }) => {
  const { items, total } = await parts.identity.stores.roles.list(pageRequest(query));
  return listReply(items.map(roleView), { request, query, total });
});
