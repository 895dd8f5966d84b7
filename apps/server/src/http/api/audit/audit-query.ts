import { type Actor, type AuditFilter, type AuditRecord, type AuditScope, decideSystem } from '@berth/access';
import type { auditLog, auditLogExt } from '@berth/api-contract';
import { say } from '@berth/oci';
import type { z } from 'zod';
import { ApiError } from '../api-error.ts';
import { booleanCondition, type Condition, parseConditions } from '../list-query.ts';
import { takeStructured, timeRange } from '../list-values.ts';

export const AUDIT_SORT_FIELDS = {
  id: 'id',
  op_time: 'occurredAt',
  username: 'username',
  resource: 'resource',
  resource_type: 'resourceType',
  operation: 'operation',
};

/** All of it for who holds the right; for everyone else that of the projects he administers. */
export function auditScope(actor: Actor): AuditScope {
  if (decideSystem(actor, 'audit-log:list').allowed) return 'everything';
  if (actor.kind === 'user' && actor.limit === undefined) return { administratorId: actor.id };
  throw new ApiError('FORBIDDEN', say('audit-not-allowed')`This needs the right audit-log:list. Nothing is shown.`);
}

/** Harbor's fields: `username`, `resource`, `resource_type`, `operation`, `operation_result`, and `op_time=[from~to]`. */
export function auditFilter(q: string | undefined, scope: AuditScope): AuditFilter {
  const { rest, values } = takeStructured(q, ['op_time']);
  const conditions = parseConditions(rest, ['username', 'resource', 'resource_type', 'operation', 'operation_result']);
  const time = values.get('op_time');
  const result = conditions.get('operation_result');
  const text = (name: string, condition: Condition | undefined): Record<string, Condition> =>
    condition === undefined ? {} : { [name]: condition };
  return {
    scope,
    ...text('username', conditions.get('username')),
    ...text('resource', conditions.get('resource')),
    ...text('resourceType', conditions.get('resource_type')),
    ...text('operation', conditions.get('operation')),
    ...(result === undefined ? {} : { successful: booleanCondition(result, 'operation_result') }),
    ...(time === undefined ? {} : timeRange(time, 'op_time')),
  };
}

export function auditView(record: AuditRecord): z.output<typeof auditLog> {
  return {
    id: record.id,
    username: record.username,
    resource: record.resource,
    resource_type: record.resourceType,
    operation: record.operation,
    op_time: record.occurredAt.toISOString(),
  };
}

export function auditExtView(record: AuditRecord): z.output<typeof auditLogExt> {
  return {
    ...auditView(record),
    operation_description: record.description,
    operation_result: record.successful,
    client_address: record.address,
    status: record.status,
    request_id: record.requestId,
    ...(record.projectId === undefined ? {} : { project_id: record.projectId }),
  };
}
