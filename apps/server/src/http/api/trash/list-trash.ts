import { OPERATIONS } from '@berth/api-contract';
import { systemEndpoint } from '../endpoint.ts';
import { listReply } from '../paging.ts';
import { trashQuery, trashView } from './trash-replies.ts';

export const listTrash = systemEndpoint(OPERATIONS.listTrash, 'project:delete', async ({ parts, request, query }) => {
  const { items, total } = await parts.content.trash.list(trashQuery(query));
  return listReply(items.map(trashView), { request, query, total });
});
