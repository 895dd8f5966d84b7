import { OPERATIONS } from '@berth/api-contract';
import { systemEndpoint } from '../endpoint.ts';
import { parseSort } from '../list-query.ts';
import { listReply, pageRequest } from '../paging.ts';
import { quotaView } from './quota-view.ts';

const SORT_FIELDS = {
  id: 'id',
  'hard.storage': 'hard',
  'used.storage': 'used',
  /** Berth's own: how much of the limit is used; without a limit last. */
  filled: 'filled',
  creation_time: 'createdAt',
  update_time: 'updatedAt',
};

export const listQuotas = systemEndpoint(OPERATIONS.listQuotas, 'quota:list', async ({ parts, request, query }) => {
  // Harbor knows quotas of projects only.
  if (query.reference !== undefined && query.reference !== 'project') return listReply([], { request, query, total: 0 });
  const { items, total } = await parts.policy.quotas.list({
    ...pageRequest(query, parseSort(query.sort, SORT_FIELDS)),
    ...(query.reference_id === undefined ? {} : { projectId: query.reference_id }),
  });
  return listReply(items.map(quotaView), { request, query, total });
});
