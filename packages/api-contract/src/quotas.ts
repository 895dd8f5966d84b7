import { z } from 'zod';
import { idParam, nothing, pageQuery, projectParams, queryText, timestamp } from './common.ts';
import { FIELD_CHECKS } from './field-problem.ts';
import { operation } from './operation.ts';

/** Harbor's ResourceList; `storage` is the one resource there is: bytes, -1 for no limit. */
const resources = z.record(z.string(), z.number().int());

export const quota = z.object({
  id: z.number().int(),
  ref: z.object({ id: z.number().int(), name: z.string(), owner_name: z.string() }),
  hard: resources,
  used: resources,
  creation_time: timestamp,
  update_time: timestamp,
});

/** Berth's own: a quota filled up to 85 %, or had no room for a push. Bytes, as they were then. */
export const quotaEvent = z.object({
  id: z.number().int(),
  kind: z.enum(['quota warning', 'quota exceeded']),
  creation_time: timestamp,
  used: z.number().int(),
  hard: z.number().int(),
  /** What was refused; at most one refusal a minute is told. */
  needed: z.number().int().optional(),
});

const MAX_BYTES = 1024 ** 5;

export const quotaUpdate = z.object({
  hard: z.object({
    storage: z
      .number()
      .int()
      .min(-1)
      .max(MAX_BYTES)
      .refine((bytes) => bytes !== 0, FIELD_CHECKS['limit-or-none']),
  }),
});

export const quotaOperations = {
  listQuotas: operation({
    id: 'listQuotas',
    method: 'get',
    path: '/quotas',
    tag: 'quota',
    summary: 'List the quotas of all projects; `sort` also knows filled, the part of the limit that is used.',
    params: nothing,
    query: pageQuery.extend({ reference: queryText().optional(), reference_id: idParam.optional(), sort: queryText().optional() }),
    body: nothing,
    answer: { status: 200, body: z.array(quota), headers: ['X-Total-Count', 'Link'] },
    errors: [400, 401, 403, 422],
  }),
  getQuota: operation({
    id: 'getQuota',
    method: 'get',
    path: '/quotas/{id}',
    tag: 'quota',
    summary: 'Read a quota.',
    params: z.object({ id: idParam }),
    query: nothing,
    body: nothing,
    answer: { status: 200, body: quota },
    errors: [401, 403, 404],
  }),
  listQuotaEvents: operation({
    id: 'listQuotaEvents',
    method: 'get',
    path: '/projects/{project_name_or_id}/quota/events',
    tag: 'quota',
    summary: 'List when the quota of a project filled up or refused a push, the newest first.',
    params: projectParams,
    query: pageQuery,
    body: nothing,
    answer: { status: 200, body: z.array(quotaEvent), headers: ['X-Total-Count', 'Link'] },
    errors: [400, 401, 403, 404, 422],
  }),
  updateQuota: operation({
    id: 'updateQuota',
    method: 'put',
    path: '/quotas/{id}',
    tag: 'quota',
    summary: 'Change how much a project may hold.',
    params: z.object({ id: idParam }),
    query: nothing,
    body: quotaUpdate,
    answer: { status: 200 },
    errors: [400, 401, 403, 404],
  }),
} as const;
