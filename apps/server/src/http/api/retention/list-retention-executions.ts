import { OPERATIONS } from '@berth/api-contract';
import { listReply, pageRequest } from '../paging.ts';
import { retentionEndpoint } from './retention-endpoint.ts';
import { executionView } from './retention-view.ts';

export const listRetentionExecutions = retentionEndpoint(
  OPERATIONS.listRetentionExecutions,
  'read',
  async ({ parts, request, query }, { id }) => {
    const { items, total } = await parts.policy.retention.executions(id, pageRequest(query));
    return listReply(items.map(executionView), { request, query, total });
  },
);
