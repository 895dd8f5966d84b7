import { z } from 'zod';
import { idParam, listQuery, nothing, projectParams } from './common.ts';
import { operation } from './operation.ts';

const MAX_SELECTORS = 20;

export const selector = z.object({
  kind: z.string().max(32).optional(),
  decoration: z.string().max(32).optional(),
  pattern: z.string().max(256).optional(),
  extras: z.string().max(1024).optional(),
});

export const scopeSelectors = z.record(z.string().max(32), z.array(selector).max(MAX_SELECTORS));

export const immutableRule = z.object({
  id: z.number().int(),
  priority: z.number().int(),
  disabled: z.boolean(),
  action: z.string(),
  template: z.string(),
  params: z.record(z.string(), z.unknown()),
  tag_selectors: z.array(selector),
  scope_selectors: scopeSelectors,
});

export const immutableRuleRequest = z.object({
  priority: z.number().int().min(0).max(1_000_000).nullish(),
  disabled: z.boolean().nullish(),
  action: z.string().max(64).nullish(),
  template: z.string().max(64).nullish(),
  tag_selectors: z.array(selector).min(1).max(MAX_SELECTORS),
  scope_selectors: scopeSelectors.nullish(),
});

/** What a rule that is not saved would keep now. */
export const immutablePreview = z.object({
  /** Tags that were looked at. */
  looked: z.number().int(),
  /** The project has more tags than were looked at. */
  truncated: z.boolean(),
  matched: z.number().int(),
  /** The first of them, by name. */
  tags: z.array(z.object({ repository: z.string(), tag: z.string() })),
});

const path = '/projects/{project_name_or_id}/immutabletagrules';
const oneParams = projectParams.extend({ immutable_rule_id: idParam });

export const immutableOperations = {
  ListImmuRules: operation({
    id: 'ListImmuRules',
    method: 'get',
    path,
    tag: 'immutable',
    summary: 'List the rules of a project about tags that may neither move nor go.',
    params: projectParams,
    query: listQuery,
    body: nothing,
    answer: { status: 200, body: z.array(immutableRule), headers: ['X-Total-Count', 'Link'] },
    errors: [400, 401, 403, 404, 422],
  }),
  CreateImmuRule: operation({
    id: 'CreateImmuRule',
    method: 'post',
    path,
    tag: 'immutable',
    summary: 'Make tags of a project immutable.',
    params: projectParams,
    query: nothing,
    body: immutableRuleRequest,
    answer: { status: 201, headers: ['Location'] },
    errors: [400, 401, 403, 404, 409],
  }),
  /** Berth's own. */
  previewImmuRule: operation({
    id: 'previewImmuRule',
    method: 'post',
    path: `${path}/preview`,
    tag: 'immutable',
    summary: 'Tell which tags a rule that is not saved would make immutable now. Nothing is changed.',
    params: projectParams,
    query: nothing,
    body: immutableRuleRequest,
    answer: { status: 200, body: immutablePreview },
    errors: [400, 401, 403, 404],
  }),
  UpdateImmuRule: operation({
    id: 'UpdateImmuRule',
    method: 'put',
    path: `${path}/{immutable_rule_id}`,
    tag: 'immutable',
    summary: 'Change a rule, or turn it off or on.',
    params: oneParams,
    query: nothing,
    body: immutableRuleRequest,
    answer: { status: 200 },
    errors: [400, 401, 403, 404, 409],
  }),
  DeleteImmuRule: operation({
    id: 'DeleteImmuRule',
    method: 'delete',
    path: `${path}/{immutable_rule_id}`,
    tag: 'immutable',
    summary: 'Remove a rule.',
    params: oneParams,
    query: nothing,
    body: nothing,
    answer: { status: 200 },
    errors: [401, 403, 404],
  }),
} as const;
