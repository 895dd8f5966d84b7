import { OPERATIONS } from '@berth/api-contract';
import { WORK_KINDS } from '../../../work/kinds.ts';
import { systemEndpoint } from '../endpoint.ts';
import { parseConditions, parseSort } from '../list-query.ts';
import { listReply, pageRequest } from '../paging.ts';
import { purgeView } from './purge-view.ts';

/** Newest first; other orders are taken, as clients of Harbor send them, where they say the same. */
const SORT_FIELDS = { creation_time: 'createdAt', id: 'id', update_time: 'updatedAt' };

export const getPurgeHistory = systemEndpoint(OPERATIONS.getPurgeHistory, 'purge-audit:list', async ({ parts, request, query }) => {
  parseSort(query.sort, SORT_FIELDS);
  parseConditions(query.q, []);
  const { items, total } = await parts.longWork.work.list({ ...pageRequest(query), kind: WORK_KINDS.purgeAudit });
  return listReply(items.map(purgeView), { request, query, total });
});
