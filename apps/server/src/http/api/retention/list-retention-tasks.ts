import { OPERATIONS } from '@berth/api-contract';
import { listReply, pageRequest } from '../paging.ts';
import { findExecution, retentionEndpoint } from './retention-endpoint.ts';
import { taskView } from './retention-view.ts';

export const listRetentionTasks = retentionEndpoint(OPERATIONS.listRetentionTasks, 'read', async (call) => {
  const { parts, request, query } = call;
  const { id } = await findExecution(call);
  const { items, total } = await parts.policy.retention.tasks(id, pageRequest(query));
  return listReply(items.map(taskView), { request, query, total });
});
