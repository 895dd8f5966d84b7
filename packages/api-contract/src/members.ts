import { z } from 'zod';
import { idParam, nothing, pageQuery, projectParams, queryText } from './common.ts';
import { operation } from './operation.ts';

export const projectMemberEntity = z.object({
  id: z.number().int(),
  project_id: z.number().int(),
  entity_name: z.string(),
  role_name: z.string(),
  role_id: z.number().int(),
  entity_id: z.number().int(),
  /** `u` for a user, `g` for a group. */
  entity_type: z.enum(['u', 'g']),
  /** Present where the role counts for repositories that match one of these only. */
  repository_patterns: z.array(z.string()).optional(),
});

/** A user or a group, each by id or, without one, by name. */
export const projectMember = z.object({
  role_id: z.number().int(),
  member_user: z.object({ user_id: z.number().int().min(0).optional(), username: z.string().max(255).optional() }).nullish(),
  member_group: z.object({ id: z.number().int().min(0).optional(), group_name: z.string().max(255).optional() }).nullish(),
  /** Beyond Harbor: the role counts for repositories that match one of these only, such as `app-*`. */
  repository_patterns: z.array(z.string().max(255)).max(20).optional(),
});

export const roleRequest = z.object({ role_id: z.number().int() });

const memberParams = projectParams.extend({ mid: idParam });

export const memberOperations = {
  listProjectMembers: operation({
    id: 'listProjectMembers',
    method: 'get',
    path: '/projects/{project_name_or_id}/members',
    tag: 'member',
    summary: 'List the members of a project.',
    params: projectParams,
    query: pageQuery.extend({ entityname: queryText().optional() }),
    body: nothing,
    answer: { status: 200, body: z.array(projectMemberEntity), headers: ['X-Total-Count', 'Link'] },
    errors: [401, 403, 404, 422],
  }),
  createProjectMember: operation({
    id: 'createProjectMember',
    method: 'post',
    path: '/projects/{project_name_or_id}/members',
    tag: 'member',
    summary: 'Make a user or a group a member of a project, or of some of its repositories.',
    params: projectParams,
    query: nothing,
    body: projectMember,
    answer: { status: 201, headers: ['Location'] },
    errors: [400, 401, 403, 404, 409],
  }),
  getProjectMember: operation({
    id: 'getProjectMember',
    method: 'get',
    path: '/projects/{project_name_or_id}/members/{mid}',
    tag: 'member',
    summary: 'Read one membership.',
    params: memberParams,
    query: nothing,
    body: nothing,
    answer: { status: 200, body: projectMemberEntity },
    errors: [401, 403, 404, 422],
  }),
  updateProjectMember: operation({
    id: 'updateProjectMember',
    method: 'put',
    path: '/projects/{project_name_or_id}/members/{mid}',
    tag: 'member',
    summary: 'Give a member another role.',
    params: memberParams,
    query: nothing,
    body: roleRequest,
    answer: { status: 200 },
    errors: [400, 401, 403, 404, 422],
  }),
  deleteProjectMember: operation({
    id: 'deleteProjectMember',
    method: 'delete',
    path: '/projects/{project_name_or_id}/members/{mid}',
    tag: 'member',
    summary: 'Take a member out of a project.',
    params: memberParams,
    query: nothing,
    body: nothing,
    answer: { status: 200 },
    errors: [401, 403, 404, 422],
  }),
} as const;
