import { OPERATIONS } from '@berth/api-contract';
import { systemEndpoint } from '../endpoint.ts';
import { parseConditions, parseSort } from '../list-query.ts';
import { listReply } from '../paging.ts';
import { gcView } from './gc-view.ts';

/** Newest first; other orders are taken, as clients of Harbor send them, where they say the same. */
const SORT_FIELDS = { creation_time: 'createdAt', id: 'id', update_time: 'updatedAt' };

export const listGcHistory = systemEndpoint(OPERATIONS.getGCHistory, 'garbage-collection:list', async ({ parts, request, query }) => {
  parseSort(query.sort, SORT_FIELDS);
  const status = parseConditions(query.q, ['job_status']).get('job_status')?.value;
  const { items, total } = await parts.collection.runs.list({
    page: query.page,
    pageSize: query.page_size,
    ...(status === undefined ? {} : { status }),
  });
  return listReply(items.map(gcView), { request, query, total });
});
