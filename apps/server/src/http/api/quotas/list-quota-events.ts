import { OPERATIONS } from '@berth/api-contract';
import { projectEndpoint } from '../endpoint.ts';
import { listReply, pageRequest } from '../paging.ts';

export const listQuotaEvents = projectEndpoint(
  OPERATIONS.listQuotaEvents,
  'quota:read',
  async ({ parts, request, query }, { projectId }) => {
    const { items, total } = await parts.policy.quotaEvents.list(projectId, pageRequest(query));
    const views = items.map(({ createdAt, ...event }) => ({ ...event, creation_time: createdAt.toISOString() }));
    return listReply(views, { request, query, total });
  },
);
