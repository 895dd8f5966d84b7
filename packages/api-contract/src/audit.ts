import { z } from 'zod';
import { listQuery, nothing, queryText, sentence, timestamp } from './common.ts';
import { operation } from './operation.ts';

export const auditLog = z.object({
  id: z.number().int(),
  username: z.string(),
  resource: z.string(),
  resource_type: z.string(),
  operation: z.string(),
  op_time: timestamp,
});

export const auditLogExt = auditLog.extend({
  operation_description: z.string(),
  operation_result: z.boolean(),
  /** Berth's own from here. */
  client_address: z.string(),
  status: z.number().int(),
  request_id: z.string(),
  project_id: z.number().int().optional(),
});

export const auditLogEventType = z.object({ event_type: z.string() });

export const auditVerdict = z.object({
  ok: z.boolean(),
  /** What is not as it was written; `problem_sentences` has the same with their names. */
  problems: z.array(z.string()),
  problem_sentences: z.array(sentence),
  seals: z.number().int(),
  records: z.number().int(),
  unsealed: z.number().int(),
  head: z.string(),
});

const projectParams = z.object({ project_name: z.string().min(1).max(255) });
const list = { tag: 'auditlog', method: 'get', query: listQuery, body: nothing, errors: [400, 401, 403, 422] } as const;
const answerOf = (item: z.ZodType) => ({ status: 200, body: z.array(item), headers: ['X-Total-Count', 'Link'] }) as const;

export const auditOperations = {
  listAuditLogs: operation({
    ...list,
    id: 'listAuditLogs',
    path: '/audit-logs',
    summary: 'List what was done, in the older form.',
    params: nothing,
    answer: answerOf(auditLog),
  }),
  listAuditLogExts: operation({
    ...list,
    id: 'listAuditLogExts',
    path: '/auditlog-exts',
    summary: 'List what was done and what was denied: everything, or that of the projects that the caller administers.',
    params: nothing,
    answer: answerOf(auditLogExt),
  }),
  listAuditLogEventTypes: operation({
    id: 'listAuditLogEventTypes',
    method: 'get',
    path: '/auditlog-exts/events',
    tag: 'auditlog',
    summary: 'List the kinds of events that can be kept out of the log.',
    params: nothing,
    query: nothing,
    body: nothing,
    answer: { status: 200, body: z.array(auditLogEventType) },
    errors: [401, 403],
  }),
  exportAuditLog: operation({
    id: 'exportAuditLog',
    method: 'get',
    path: '/auditlog-exts/export',
    tag: 'auditlog',
    summary: 'Download what the list shows, as CSV or as JSON lines.',
    params: nothing,
    query: z.object({ q: queryText(1024).optional(), format: z.enum(['csv', 'jsonl']).default('csv') }),
    body: nothing,
    answer: { status: 200, body: z.string(), contentType: 'text/csv' },
    errors: [400, 401, 403, 422],
  }),
  verifyAuditLog: operation({
    id: 'verifyAuditLog',
    method: 'get',
    path: '/auditlog-exts/verify',
    tag: 'auditlog',
    summary: 'Compare every sealed record with its seal, and every seal with the one before.',
    params: nothing,
    query: nothing,
    body: nothing,
    answer: { status: 200, body: auditVerdict },
    errors: [401, 403],
  }),
  getLogs: operation({
    ...list,
    id: 'getLogs',
    tag: 'project',
    path: '/projects/{project_name}/logs',
    summary: 'List what was done in a project, in the older form.',
    params: projectParams,
    answer: answerOf(auditLog),
  }),
  getLogExts: operation({
    ...list,
    id: 'getLogExts',
    tag: 'project',
    path: '/projects/{project_name}/auditlog-exts',
    summary: 'List what was done and what was denied in a project.',
    params: projectParams,
    answer: answerOf(auditLogExt),
  }),
} as const;
