import { z } from 'zod';
import { idOrNone, idParam, listQuery, nothing, queryText, timestamp } from './common.ts';
import { FIELD_CHECKS } from './field-problem.ts';
import { operation } from './operation.ts';

export const label = z.object({
  id: z.number().int(),
  name: z.string(),
  description: z.string(),
  color: z.string(),
  /** `g` of the whole registry, `p` of one project. */
  scope: z.enum(['g', 'p']),
  /** 0 for a global one. */
  project_id: z.number().int(),
  creation_time: timestamp,
  update_time: timestamp,
});

/** A word is taken and shown again, since Harbor's Terraform provider calls a color that nobody chose `false`; the portal paints it grey. */
const color = z
  .string()
  .regex(/^(#[0-9a-fA-F]{6}|[a-zA-Z]{1,15})?$/, FIELD_CHECKS.color)
  .nullish();

export const labelRequest = z.object({
  name: z.string().max(128).optional(),
  description: z.string().max(1024).nullish(),
  color,
  scope: z.string().max(8).optional(),
  project_id: z.number().int().min(0).nullish(),
});

const labelParams = z.object({ label_id: idParam });

export const labelOperations = {
  ListLabels: operation({
    id: 'ListLabels',
    method: 'get',
    path: '/labels',
    tag: 'label',
    summary: 'List labels: global ones, or those of a project.',
    params: nothing,
    query: listQuery.extend({ name: queryText().optional(), scope: queryText(8).optional(), project_id: idOrNone.optional() }),
    body: nothing,
    answer: { status: 200, body: z.array(label), headers: ['X-Total-Count', 'Link'] },
    errors: [400, 401, 403, 422],
  }),
  CreateLabel: operation({
    id: 'CreateLabel',
    method: 'post',
    path: '/labels',
    tag: 'label',
    summary: 'Create a label.',
    params: nothing,
    query: nothing,
    body: labelRequest,
    answer: { status: 201, headers: ['Location'] },
    errors: [400, 401, 403, 409],
  }),
  GetLabelByID: operation({
    id: 'GetLabelByID',
    method: 'get',
    path: '/labels/{label_id}',
    tag: 'label',
    summary: 'Read a label.',
    params: labelParams,
    query: nothing,
    body: nothing,
    answer: { status: 200, body: label },
    errors: [401, 403, 404, 422],
  }),
  UpdateLabel: operation({
    id: 'UpdateLabel',
    method: 'put',
    path: '/labels/{label_id}',
    tag: 'label',
    summary: 'Change the name, the description or the color of a label.',
    params: labelParams,
    query: nothing,
    body: labelRequest,
    answer: { status: 200 },
    errors: [400, 401, 403, 404, 409, 422],
  }),
  DeleteLabel: operation({
    id: 'DeleteLabel',
    method: 'delete',
    path: '/labels/{label_id}',
    tag: 'label',
    summary: 'Delete a label; it disappears from every artifact.',
    params: labelParams,
    query: nothing,
    body: nothing,
    answer: { status: 200 },
    errors: [401, 403, 404, 422],
  }),
} as const;
