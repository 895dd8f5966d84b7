import { z } from 'zod';
import { idParam, listQuery, nothing, pageQuery, sentenceName, timestamp } from './common.ts';
import { gcHistory, gcSchedule, scheduleTypes } from './garbage.ts';
import { operation } from './operation.ts';

/** What a run of long work is at, as its `phase` says it; the names are those of the sentences in other languages. */
export const WORK_PHASES = {
  comparing: 'Comparing the database with the storage',
  reading: 'Reading and hashing every blob',
  purging: 'Purging the audit log',
} as const;

/** A background job and what its last run came to. */
export const job = z.object({
  name: z.string(),
  /** Minute, hour, day of month, month, day of week, in UTC. */
  schedule: z.string(),
  running: z.boolean(),
  last_start_time: timestamp.optional(),
  last_end_time: timestamp.optional(),
  /** Of the last run. */
  seconds: z.number().optional(),
  next_time: timestamp.optional(),
  /** Why the last run failed, with the name of the sentence; empty when it did not. */
  problem: z.string(),
  ...sentenceName.shape,
  failing_since: timestamp.optional(),
  runs: z.number().int(),
  failures: z.number().int(),
});

/** A run of long work. */
export const workRun = z.object({
  id: z.number().int(),
  kind: z.string(),
  trigger: z.enum(['Manual', 'Schedule']),
  parameters: z.record(z.string(), z.unknown()),
  actor: z.string(),
  status: z.enum(['Pending', 'Running', 'Success', 'Error', 'Stopped']),
  phase: z.string(),
  done: z.number().int(),
  total: z.number().int().optional(),
  bytes: z.number().int(),
  total_bytes: z.number().int().optional(),
  result: z.record(z.string(), z.unknown()),
  stop_wanted: z.boolean(),
  creation_time: timestamp,
  start_time: timestamp.optional(),
  end_time: timestamp.optional(),
  update_time: timestamp,
});

export const workRunRequest = z.object({
  parameters: z
    .object({
      /** Of a check: quarantine what is missing or short. */
      mend: z.boolean().nullish(),
      /** Of a check: remove what nothing knows. */
      remove_orphans: z.boolean().nullish(),
      /** Of a scrub: MiB that are read in a second at most. */
      rate_mib: z.number().int().min(1).max(100_000).nullish(),
    })
    .nullish(),
});

const runParams = z.object({ run_id: idParam });
const purgeParams = z.object({ purge_id: idParam });

/** 240,000 hours are what Harbor takes at most. */
export const purgeScheduleRequest = z.object({
  schedule: z.object({ type: z.enum(scheduleTypes), cron: z.string().max(255).nullish() }),
  parameters: z
    .object({
      audit_retention_hour: z.number().int().min(1).max(240_000).nullish(),
      include_event_types: z.string().max(2048).nullish(),
      /** What tools written for Harbor before 2.13 send in its place. */
      include_operations: z.string().max(255).nullish(),
      dry_run: z.boolean().nullish(),
    })
    .nullish(),
});

export const scheduleTask = z.object({
  id: z.number().int(),
  vendor_type: z.string(),
  vendor_id: z.number().int(),
  cron: z.string(),
  update_time: timestamp,
});

export const jobOperations = {
  listJobs: operation({
    id: 'listJobs',
    method: 'get',
    path: '/jobs',
    tag: 'job',
    summary: 'List the background jobs with their last and next runs.',
    params: nothing,
    query: nothing,
    body: nothing,
    answer: { status: 200, body: z.array(job) },
    errors: [401, 403],
  }),
  listWorkRuns: operation({
    id: 'listWorkRuns',
    method: 'get',
    path: '/jobs/runs',
    tag: 'job',
    summary: 'List the runs of long work, newest first; `q` knows kind and status.',
    params: nothing,
    query: listQuery,
    body: nothing,
    answer: { status: 200, body: z.array(workRun), headers: ['X-Total-Count', 'Link'] },
    errors: [400, 401, 403, 422],
  }),
  getWorkRun: operation({
    id: 'getWorkRun',
    method: 'get',
    path: '/jobs/runs/{run_id}',
    tag: 'job',
    summary: 'Read how far a run is.',
    params: runParams,
    query: nothing,
    body: nothing,
    answer: { status: 200, body: workRun },
    errors: [401, 403, 404],
  }),
  getWorkRunLog: operation({
    id: 'getWorkRunLog',
    method: 'get',
    path: '/jobs/runs/{run_id}/log',
    tag: 'job',
    summary: 'Read the log of a run.',
    params: runParams,
    query: nothing,
    body: nothing,
    answer: { status: 200, body: z.string(), contentType: 'text/plain' },
    errors: [401, 403, 404],
  }),
  stopWorkRun: operation({
    id: 'stopWorkRun',
    method: 'put',
    path: '/jobs/runs/{run_id}',
    tag: 'job',
    summary: 'Stop a run after its present step.',
    params: runParams,
    query: nothing,
    body: nothing,
    answer: { status: 200 },
    errors: [401, 403, 404],
  }),
  startWorkRun: operation({
    id: 'startWorkRun',
    method: 'post',
    path: '/jobs/{kind}/runs',
    tag: 'job',
    summary: 'Start long work: storage-fsck or storage-scrub.',
    params: z.object({ kind: z.string().max(64) }),
    query: nothing,
    body: workRunRequest,
    answer: { status: 201, headers: ['Location'] },
    errors: [400, 401, 403, 404],
  }),
  getPurgeHistory: operation({
    id: 'getPurgeHistory',
    method: 'get',
    path: '/system/purgeaudit',
    tag: 'purge',
    summary: 'List the purges of the audit log, newest first.',
    params: nothing,
    query: listQuery,
    body: nothing,
    answer: { status: 200, body: z.array(gcHistory), headers: ['X-Total-Count', 'Link'] },
    errors: [400, 401, 403, 422],
  }),
  getPurgeJob: operation({
    id: 'getPurgeJob',
    method: 'get',
    path: '/system/purgeaudit/{purge_id}',
    tag: 'purge',
    summary: 'Read one purge of the audit log.',
    params: purgeParams,
    query: nothing,
    body: nothing,
    answer: { status: 200, body: gcHistory },
    errors: [401, 403, 404],
  }),
  stopPurge: operation({
    id: 'stopPurge',
    method: 'put',
    path: '/system/purgeaudit/{purge_id}',
    tag: 'purge',
    summary: 'Stop a purge of the audit log.',
    params: purgeParams,
    query: nothing,
    body: nothing,
    answer: { status: 200 },
    errors: [401, 403, 404],
  }),
  getPurgeJobLog: operation({
    id: 'getPurgeJobLog',
    method: 'get',
    path: '/system/purgeaudit/{purge_id}/log',
    tag: 'purge',
    summary: 'Read the log of a purge.',
    params: purgeParams,
    query: nothing,
    body: nothing,
    answer: { status: 200, body: z.string(), contentType: 'text/plain' },
    errors: [401, 403, 404],
  }),
  getPurgeSchedule: operation({
    id: 'getPurgeSchedule',
    method: 'get',
    path: '/system/purgeaudit/schedule',
    tag: 'purge',
    summary: 'Read when the audit log is purged.',
    params: nothing,
    query: nothing,
    body: nothing,
    answer: { status: 200, body: gcSchedule },
    errors: [401, 403],
  }),
  createPurgeSchedule: operation({
    id: 'createPurgeSchedule',
    method: 'post',
    path: '/system/purgeaudit/schedule',
    tag: 'purge',
    summary: 'Purge the audit log now (Manual), or plan it.',
    params: nothing,
    query: nothing,
    body: purgeScheduleRequest,
    answer: { status: 201, headers: ['Location'] },
    errors: [400, 401, 403],
  }),
  updatePurgeSchedule: operation({
    id: 'updatePurgeSchedule',
    method: 'put',
    path: '/system/purgeaudit/schedule',
    tag: 'purge',
    summary: 'Change when the audit log is purged, or end it (None).',
    params: nothing,
    query: nothing,
    body: purgeScheduleRequest,
    answer: { status: 200 },
    errors: [400, 401, 403],
  }),
  listSchedules: operation({
    id: 'listSchedules',
    method: 'get',
    path: '/schedules',
    tag: 'schedule',
    summary: 'List what starts by itself.',
    params: nothing,
    query: pageQuery,
    body: nothing,
    answer: { status: 200, body: z.array(scheduleTask), headers: ['X-Total-Count', 'Link'] },
    errors: [401, 403, 422],
  }),
  getSchedulePaused: operation({
    id: 'getSchedulePaused',
    method: 'get',
    path: '/schedules/{job_type}/paused',
    tag: 'schedule',
    summary: 'Tell whether work of a type is paused.',
    params: z.object({ job_type: z.string().max(64) }),
    query: nothing,
    body: nothing,
    answer: { status: 200, body: z.object({ paused: z.boolean() }) },
    errors: [401, 403],
  }),
} as const;
