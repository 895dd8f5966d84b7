import { OPERATIONS } from '@berth/api-contract';
import { principalEndpoint } from '../endpoint.ts';
import { parseSort } from '../list-query.ts';
import { listReply, pageRequest } from '../paging.ts';
import { AUDIT_SORT_FIELDS, auditFilter, auditScope, auditView } from './audit-query.ts';

export const listAuditLogs = principalEndpoint(OPERATIONS.listAuditLogs, async ({ parts, request, actor, query }) => {
  const sort = parseSort(query.sort, AUDIT_SORT_FIELDS);
  const { items, total } = await parts.policy.auditLog.list({ ...pageRequest(query, sort), ...auditFilter(query.q, auditScope(actor)) });
  return listReply(items.map(auditView), { request, query, total });
});
