import { OPERATIONS } from '@berth/api-contract';
import { projectEndpoint } from '../endpoint.ts';
import { parseSort } from '../list-query.ts';
import { listReply, pageRequest } from '../paging.ts';
import { AUDIT_SORT_FIELDS, auditFilter, auditView } from './audit-query.ts';

export const getLogs = projectEndpoint(OPERATIONS.getLogs, 'log:list', async ({ parts, request, query }, { projectId }) => {
  const sort = parseSort(query.sort, AUDIT_SORT_FIELDS);
  const { items, total } = await parts.policy.auditLog.list({ ...pageRequest(query, sort), ...auditFilter(query.q, { projectId }) });
  return listReply(items.map(auditView), { request, query, total });
});
