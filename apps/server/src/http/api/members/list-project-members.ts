import { OPERATIONS } from '@berth/api-contract';
import { projectEndpoint } from '../endpoint.ts';
import { listReply, pageRequest } from '../paging.ts';
import { memberView } from './member-view.ts';

export const listProjectMembers = projectEndpoint(
  OPERATIONS.listProjectMembers,
  'member:list',
  async ({ parts, request, query }, standing) => {
    const { items, total } = await parts.identity.stores.members.list(standing.projectId, {
      ...pageRequest(query),
      ...(query.entityname === undefined ? {} : { entityName: query.entityname }),
    });
    return listReply(items.map(memberView), { request, query, total });
  },
);
