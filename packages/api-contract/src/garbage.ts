import { z } from 'zod';
import { idParam, listQuery, nothing, queryText, timestamp } from './common.ts';
import { operation } from './operation.ts';

export const scheduleTypes = ['Hourly', 'Daily', 'Weekly', 'Custom', 'Manual', 'None'] as const;

/** Harbor's GCHistory. `job_parameters` is JSON text, with what the run did beside what it was asked. */
export const gcHistory = z.object({
  id: z.number().int(),
  job_name: z.string(),
  job_kind: z.string(),
  job_parameters: z.string(),
  schedule: z.object({ type: z.string(), cron: z.string(), next_scheduled_time: timestamp.optional() }),
  job_status: z.string(),
  deleted: z.boolean(),
  creation_time: timestamp,
  update_time: timestamp,
});

/** Of a schedule: without a run there is no id. */
export const gcSchedule = gcHistory.partial();

export const gcScheduleRequest = z.object({
  schedule: z.object({ type: z.enum(scheduleTypes), cron: z.string().max(255).nullish() }),
  parameters: z
    .object({ dry_run: z.boolean().nullish(), delete_untagged: z.boolean().nullish(), workers: z.number().int().min(1).max(10).nullish() })
    .nullish(),
});

export const gcPolicy = z.object({
  paused: z.boolean(),
  delete_untagged: z.boolean(),
  /** Hours that a manifest must have been untagged, not pushed and not pulled. */
  untagged_grace_hours: z.number().int().min(1).max(87_600),
  /** A pull within so many days keeps an untagged manifest, beyond the grace; 0: off. */
  keep_pulled_days: z.number().int().min(0).max(3650),
});

export const gcUse = z.object({
  digest: z.string(),
  kind: z.enum(['blob', 'manifest', 'deleted object']),
  size: z.number().int(),
  quarantined: z.boolean(),
  /** Of a manifest: bytes that deleting it everywhere would free, since nothing else needs them. */
  exclusive: z.number().int().optional(),
  reasons: z.array(
    z.object({
      reason: z.string(),
      repository: z.string().optional(),
      by: z.string().optional(),
      until: timestamp.optional(),
      /** What whoever pinned it wrote. */
      note: z.string().optional(),
    }),
  ),
});

const amount = z.object({ blobs: z.number().int(), bytes: z.number().int() });

export const gcNumbers = z.object({
  /** Goes at the next turn. */
  reclaimable: amount,
  /** Nothing needs it, but a push under way may. */
  in_grace: amount,
  /** Only the trash keeps it. */
  in_trash: amount,
  /** Collected; on the storage for a while still. */
  waiting: amount,
  /** False when so much is queued that not all of it was looked at. */
  complete: z.boolean(),
});

const gcParams = z.object({ gc_id: idParam });
const tag = 'gc';

export const garbageOperations = {
  getGCSchedule: operation({
    id: 'getGCSchedule',
    method: 'get',
    path: '/system/gc/schedule',
    tag,
    summary: 'Read the schedule of garbage collection.',
    params: nothing,
    query: nothing,
    body: nothing,
    answer: { status: 200, body: gcSchedule },
    errors: [401, 403],
  }),
  createGCSchedule: operation({
    id: 'createGCSchedule',
    method: 'post',
    path: '/system/gc/schedule',
    tag,
    summary: 'Start a collection now (Manual), or plan it.',
    params: nothing,
    query: nothing,
    body: gcScheduleRequest,
    answer: { status: 201, headers: ['Location'] },
    errors: [400, 401, 403],
  }),
  updateGCSchedule: operation({
    id: 'updateGCSchedule',
    method: 'put',
    path: '/system/gc/schedule',
    tag,
    summary: 'Change the schedule of garbage collection, or end it (None).',
    params: nothing,
    query: nothing,
    body: gcScheduleRequest,
    answer: { status: 200 },
    errors: [400, 401, 403],
  }),
  getGCPolicy: operation({
    id: 'getGCPolicy',
    method: 'get',
    path: '/system/gc/policy',
    tag,
    summary: 'Read how collection is set. Not in Harbor.',
    params: nothing,
    query: nothing,
    body: nothing,
    answer: { status: 200, body: gcPolicy },
    errors: [401, 403],
  }),
  updateGCPolicy: operation({
    id: 'updateGCPolicy',
    method: 'put',
    path: '/system/gc/policy',
    tag,
    summary: 'Pause or resume collection, or set what it does with untagged manifests. Not in Harbor.',
    params: nothing,
    query: nothing,
    body: gcPolicy.partial(),
    answer: { status: 200 },
    errors: [400, 401, 403],
  }),
  getGCUse: operation({
    id: 'getGCUse',
    method: 'get',
    path: '/system/gc/why',
    tag,
    summary: 'Tell what keeps a blob or a manifest. Not in Harbor.',
    params: nothing,
    query: z.object({ digest: queryText() }),
    body: nothing,
    answer: { status: 200, body: gcUse },
    errors: [400, 401, 403, 404, 422],
  }),
  getGCNumbers: operation({
    id: 'getGCNumbers',
    method: 'get',
    path: '/system/gc/numbers',
    tag,
    summary: 'Tell what a collection would free now, and what keeps the rest. Not in Harbor.',
    params: nothing,
    query: nothing,
    body: nothing,
    answer: { status: 200, body: gcNumbers },
    errors: [401, 403],
  }),
  getGCHistory: operation({
    id: 'getGCHistory',
    method: 'get',
    path: '/system/gc',
    tag,
    summary: 'List the runs of garbage collection.',
    params: nothing,
    query: listQuery,
    body: nothing,
    answer: { status: 200, body: z.array(gcHistory), headers: ['X-Total-Count', 'Link'] },
    errors: [400, 401, 403, 422],
  }),
  getGC: operation({
    id: 'getGC',
    method: 'get',
    path: '/system/gc/{gc_id}',
    tag,
    summary: 'Read one run of garbage collection.',
    params: gcParams,
    query: nothing,
    body: nothing,
    answer: { status: 200, body: gcHistory },
    errors: [401, 403, 404, 422],
  }),
  stopGC: operation({
    id: 'stopGC',
    method: 'put',
    path: '/system/gc/{gc_id}',
    tag,
    summary: 'Stop a run of garbage collection.',
    params: gcParams,
    query: nothing,
    body: nothing,
    answer: { status: 200 },
    errors: [401, 403, 404, 422],
  }),
  getGCLog: operation({
    id: 'getGCLog',
    method: 'get',
    path: '/system/gc/{gc_id}/log',
    tag,
    summary: 'Read what a run did, line by line; of a dry run, what it would do.',
    params: gcParams,
    query: nothing,
    body: nothing,
    answer: { status: 200, body: z.string(), contentType: 'text/plain' },
    errors: [401, 403, 404, 422],
  }),
} as const;
