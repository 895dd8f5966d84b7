import { z } from 'zod';
import { idParam, listQuery, nothing, pageQuery, sentenceName } from './common.ts';
import { scopeSelectors, selector } from './immutable.ts';
import { operation } from './operation.ts';

/** As Harbor has it. */
const MAX_RULES = 15;
const MAX_SELECTORS = 20;

export const retentionRule = z.object({
  id: z.number().int(),
  priority: z.number().int(),
  disabled: z.boolean(),
  action: z.string(),
  template: z.string(),
  params: z.record(z.string(), z.number().int()),
  tag_selectors: z.array(selector),
  scope_selectors: scopeSelectors,
});

const retentionTrigger = z.object({
  kind: z.string(),
  /** `cron`: six fields, empty where only people start it. */
  settings: z.record(z.string(), z.unknown()),
  references: z.record(z.string(), z.unknown()),
});

export const retentionPolicy = z.object({
  id: z.number().int(),
  algorithm: z.string(),
  rules: z.array(retentionRule),
  trigger: retentionTrigger,
  scope: z.object({ level: z.string(), ref: z.number().int() }),
});

const retentionRuleRequest = z.object({
  id: z.number().int().nullish(),
  priority: z.number().int().min(0).max(1_000_000).nullish(),
  disabled: z.boolean().nullish(),
  action: z.string().max(64).nullish(),
  template: z.string().max(64),
  params: z.record(z.string().max(64), z.unknown()).nullish(),
  tag_selectors: z.array(selector).min(1).max(MAX_SELECTORS),
  scope_selectors: scopeSelectors.nullish(),
});

export const retentionPolicyRequest = z.object({
  id: z.number().int().nullish(),
  algorithm: z.string().max(64).nullish(),
  rules: z.array(retentionRuleRequest).max(MAX_RULES),
  trigger: z
    .object({
      kind: z.string().max(64).nullish(),
      settings: z.record(z.string().max(64), z.unknown()).nullish(),
      references: z.record(z.string().max(64), z.unknown()).nullish(),
    })
    .nullish(),
  scope: z.object({ level: z.string().max(64).nullish(), ref: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER) }),
});

const selectorMetadata = z.object({ display_text: z.string(), kind: z.string(), decorations: z.array(z.string()) });

export const retentionMetadata = z.object({
  templates: z.array(
    z.object({
      rule_template: z.string(),
      display_text: z.string(),
      action: z.string(),
      params: z.array(z.object({ type: z.string(), unit: z.string(), required: z.boolean() })),
    }),
  ),
  scope_selectors: z.array(selectorMetadata),
  tag_selectors: z.array(selectorMetadata),
});

export const retentionExecution = z.object({
  id: z.number().int(),
  policy_id: z.number().int(),
  start_time: z.string(),
  /** Empty while it runs. */
  end_time: z.string(),
  /** Pending, Running, Success, Error or Stopped. */
  status: z.string(),
  /** Manual or Schedule. */
  trigger: z.string(),
  dry_run: z.boolean(),
  /** Why it failed, with the name of the sentence. */
  status_message: z.string(),
  ...sentenceName.shape,
});

export const retentionTask = z.object({
  id: z.number().int(),
  execution_id: z.number().int(),
  repository: z.string(),
  job_id: z.string(),
  status: z.string(),
  status_code: z.number().int(),
  status_revision: z.number().int(),
  start_time: z.string(),
  end_time: z.string(),
  total: z.number().int(),
  retained: z.number().int(),
});

export const retentionDecision = z.object({
  digest: z.string(),
  tags: z.array(z.string()),
  /** `retain` or `delete`. */
  action: z.string(),
  /** Why, to be told in any language. */
  reason: z.object({
    code: z.enum([
      ...['always', 'latestPushedK', 'latestPulledN', 'nDaysSinceLastPush', 'nDaysSinceLastPull'],
      ...['no rule here', 'no rule', 'immutable', 'pinned', 'unknown'],
    ] as const),
    amount: z.number().int().optional(),
    tag: z.string().optional(),
  }),
  /** The reason as a sentence. */
  because: z.string(),
  /** What became of the deletion; absent of a dry run and of what is kept. */
  outcome_code: z.enum(['removed', 'absent', 'changed', 'in use', 'immutable', 'pinned']).optional(),
  /** The outcome as a sentence. */
  outcome: z.string().optional(),
});

export const retentionPreview = z.object({
  repositories: z.array(
    z.object({
      repository: z.string(),
      total: z.number().int(),
      retained: z.number().int(),
      decisions: z.array(retentionDecision),
    }),
  ),
  /** More repositories or artifacts than shown. */
  truncated: z.boolean(),
});

const one = z.object({ id: idParam });
const oneRun = one.extend({ eid: idParam });
const oneTask = oneRun.extend({ tid: idParam });
const executions = '/retentions/{id}/executions';
const tasks = `${executions}/{eid}/tasks`;

export const retentionOperations = {
  getRentenitionMetadata: operation({
    id: 'getRentenitionMetadata',
    method: 'get',
    path: '/retentions/metadatas',
    tag: 'Retention',
    summary: 'List what rules of retention can be made of.',
    params: nothing,
    query: nothing,
    body: nothing,
    answer: { status: 200, body: retentionMetadata },
    errors: [401],
  }),
  createRetention: operation({
    id: 'createRetention',
    method: 'post',
    path: '/retentions',
    tag: 'Retention',
    summary: 'Give a project its policy of retention.',
    params: nothing,
    query: nothing,
    body: retentionPolicyRequest,
    answer: { status: 201, headers: ['Location'] },
    errors: [400, 401, 403, 404],
  }),
  previewRetention: operation({
    id: 'previewRetention',
    method: 'post',
    path: '/retentions/preview',
    tag: 'Retention',
    summary: 'Tell what a policy that is not saved would keep and delete now. Nothing is changed.',
    params: nothing,
    query: nothing,
    body: retentionPolicyRequest,
    answer: { status: 200, body: retentionPreview },
    errors: [400, 401, 403, 404],
  }),
  getRetention: operation({
    id: 'getRetention',
    method: 'get',
    path: '/retentions/{id}',
    tag: 'Retention',
    summary: 'Read a policy of retention.',
    params: one,
    query: nothing,
    body: nothing,
    answer: { status: 200, body: retentionPolicy },
    errors: [401, 403, 404],
  }),
  updateRetention: operation({
    id: 'updateRetention',
    method: 'put',
    path: '/retentions/{id}',
    tag: 'Retention',
    summary: 'Change a policy of retention.',
    params: one,
    query: nothing,
    body: retentionPolicyRequest,
    answer: { status: 200 },
    errors: [400, 401, 403, 404],
  }),
  deleteRetention: operation({
    id: 'deleteRetention',
    method: 'delete',
    path: '/retentions/{id}',
    tag: 'Retention',
    summary: 'Remove a policy of retention and the history of its runs.',
    params: one,
    query: nothing,
    body: nothing,
    answer: { status: 200 },
    errors: [401, 403, 404],
  }),
  triggerRetentionExecution: operation({
    id: 'triggerRetentionExecution',
    method: 'post',
    path: executions,
    tag: 'Retention',
    summary: 'Run a policy now, or only tell what it would do.',
    params: one,
    query: nothing,
    body: z.object({ dry_run: z.boolean().nullish() }),
    answer: { status: 201, headers: ['Location'] },
    errors: [400, 401, 403, 404],
  }),
  listRetentionExecutions: operation({
    id: 'listRetentionExecutions',
    method: 'get',
    path: executions,
    tag: 'Retention',
    summary: 'List the runs of a policy, newest first.',
    params: one,
    query: pageQuery,
    body: nothing,
    answer: { status: 200, body: z.array(retentionExecution), headers: ['X-Total-Count', 'Link'] },
    errors: [401, 403, 404, 422],
  }),
  operateRetentionExecution: operation({
    id: 'operateRetentionExecution',
    method: 'patch',
    path: `${executions}/{eid}`,
    tag: 'Retention',
    summary: 'Stop a run. What it deleted is in the trash.',
    params: oneRun,
    query: nothing,
    body: z.object({ action: z.string().max(32) }),
    answer: { status: 200 },
    errors: [400, 401, 403, 404],
  }),
  listRetentionTasks: operation({
    id: 'listRetentionTasks',
    method: 'get',
    path: tasks,
    tag: 'Retention',
    summary: 'List the repositories that a run looked at.',
    params: oneRun,
    query: pageQuery,
    body: nothing,
    answer: { status: 200, body: z.array(retentionTask), headers: ['X-Total-Count', 'Link'] },
    errors: [401, 403, 404, 422],
  }),
  getRetentionTaskLog: operation({
    id: 'getRetentionTaskLog',
    method: 'get',
    path: `${tasks}/{tid}`,
    tag: 'Retention',
    summary: 'Read what a run decided in a repository, as text.',
    params: oneTask,
    query: nothing,
    body: nothing,
    answer: { status: 200, body: z.string(), contentType: 'text/plain' },
    errors: [401, 403, 404],
  }),
  listRetentionDecisions: operation({
    id: 'listRetentionDecisions',
    method: 'get',
    path: `${tasks}/{tid}/decisions`,
    tag: 'Retention',
    summary: 'List what a run decided in a repository, and why.',
    params: oneTask,
    query: listQuery,
    body: nothing,
    answer: { status: 200, body: z.array(retentionDecision), headers: ['X-Total-Count', 'Link'] },
    errors: [400, 401, 403, 404, 422],
  }),
} as const;
