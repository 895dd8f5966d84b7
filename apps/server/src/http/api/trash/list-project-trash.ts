import { OPERATIONS } from '@berth/api-contract';
import { projectEndpoint } from '../endpoint.ts';
import { listReply } from '../paging.ts';
import { trashQuery, trashView } from './trash-replies.ts';

/** For whoever may delete: the same people may bring back. */
export const listProjectTrash = projectEndpoint(
  OPERATIONS.listProjectTrash,
  'repository:delete',
  async ({ parts, request, query }, { projectId }) => {
    const { items, total } = await parts.content.trash.list({ ...trashQuery(query), projectId });
    return listReply(items.map(trashView), { request, query, total });
  },
);
