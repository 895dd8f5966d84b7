import { OPERATIONS } from '@berth/api-contract';
import { systemEndpoint } from '../endpoint.ts';
import { listReply, pageRequest } from '../paging.ts';

export const listSchedules = systemEndpoint(OPERATIONS.listSchedules, 'jobservice-monitor:list', async ({ parts, request, query }) => {
  const { items, total } = await parts.longWork.planned.list(pageRequest(query));
  const first = (query.page - 1) * query.page_size + 1;
  const tasks = items.map(({ vendorType, vendorId, cron, updatedAt }, index) => ({
    ...{ id: first + index, vendor_type: vendorType, vendor_id: vendorId, cron, update_time: updatedAt.toISOString() },
  }));
  return listReply(tasks, { request, query, total });
});
