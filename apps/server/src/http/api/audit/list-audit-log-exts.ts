import { OPERATIONS } from '@berth/api-contract';
import { principalEndpoint } from '../endpoint.ts';
import { parseSort } from '../list-query.ts';
import { listReply, pageRequest } from '../paging.ts';
import { AUDIT_SORT_FIELDS, auditFilter, auditScope, auditExtView } from './audit-query.ts';

export const listAuditLogExts = principalEndpoint(OPERATIONS.listAuditLogExts, async ({ parts, request, actor, query }) => {
  const sort = parseSort(query.sort, AUDIT_SORT_FIELDS);
  const { items, total } = await parts.policy.auditLog.list({ ...pageRequest(query, sort), ...auditFilter(query.q, auditScope(actor)) });
  return listReply(items.map(auditExtView), { request, query, total });
});
