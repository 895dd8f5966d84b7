import { z } from 'zod';
import { idParam, nothing, pageQuery, queryText } from './common.ts';
import { operation } from './operation.ts';
import { permission } from './users.ts';

export const role = z.object({
  id: z.number().int(),
  name: z.string(),
  description: z.string(),
  /** One of Harbor's five, which cannot be changed. */
  built_in: z.boolean(),
  permissions: z.array(permission),
});

export const roleContent = z.object({
  name: z.string().max(1024).default(''),
  description: z.string().max(1024).default(''),
  permissions: z.array(z.object({ resource: z.string().max(64), action: z.string().max(64) })).max(200),
});

export const permissions = z.object({ system: z.array(permission), project: z.array(permission) });

/** Why somebody may do something, or not. */
export const explanationCodes = [
  'system administrator',
  'role',
  'public project',
  'signed in',
  'permission',
  'no such project',
  'not signed in',
  'no right',
  'token is narrower',
] as const;

export const explanation = z.object({
  allowed: z.boolean(),
  /** A sentence. */
  reason: z.string(),
  /** The same as a code, with its parameters, for other languages. */
  code: z.enum(explanationCodes),
  /** Of `role`: one of Harbor's roles, or one that was made here. */
  role_id: z.number().int().optional(),
  role_name: z.string().optional(),
  /** The role counts for these repositories only. */
  repository_patterns: z.array(z.string()).optional(),
  user: z.string(),
  resource: z.string(),
  action: z.string(),
});

const params = z.object({ role_id: idParam });

export const roleOperations = {
  listRoles: operation({
    id: 'listRoles',
    method: 'get',
    path: '/roles',
    tag: 'role',
    summary: 'List the roles that members of projects can have, with their permissions.',
    params: nothing,
    query: pageQuery,
    body: nothing,
    answer: { status: 200, body: z.array(role), headers: ['X-Total-Count', 'Link'] },
    errors: [401, 422],
  }),
  createRole: operation({
    id: 'createRole',
    method: 'post',
    path: '/roles',
    tag: 'role',
    summary: 'Make a role of chosen permissions. For system administrators.',
    params: nothing,
    query: nothing,
    body: roleContent,
    answer: { status: 201, headers: ['Location'] },
    errors: [400, 401, 403, 409],
  }),
  getRole: operation({
    id: 'getRole',
    method: 'get',
    path: '/roles/{role_id}',
    tag: 'role',
    summary: 'Read a role.',
    params,
    query: nothing,
    body: nothing,
    answer: { status: 200, body: role },
    errors: [401, 404, 422],
  }),
  updateRole: operation({
    id: 'updateRole',
    method: 'put',
    path: '/roles/{role_id}',
    tag: 'role',
    summary: 'Change a role that was made here; its holders have the new permissions within seconds. For system administrators.',
    params,
    query: nothing,
    body: roleContent,
    answer: { status: 200 },
    errors: [400, 401, 403, 404, 409, 422],
  }),
  deleteRole: operation({
    id: 'deleteRole',
    method: 'delete',
    path: '/roles/{role_id}',
    tag: 'role',
    summary: 'Remove a role that was made here and that nobody holds. For system administrators.',
    params,
    query: nothing,
    body: nothing,
    answer: { status: 200 },
    errors: [401, 403, 404, 412, 422],
  }),
  getPermissions: operation({
    id: 'getPermissions',
    method: 'get',
    path: '/permissions',
    tag: 'permissions',
    summary: 'List what can be given to robot accounts. For administrators of the system, and of a project.',
    params: nothing,
    query: nothing,
    body: nothing,
    answer: { status: 200, body: permissions },
    errors: [401, 403],
  }),
  explainAccess: operation({
    id: 'explainAccess',
    method: 'get',
    path: '/access/explain',
    tag: 'permissions',
    summary:
      'Say whether and why somebody may do something: resource is a project, a repository (team/app) or /system; action is one such as repository:push.',
    params: nothing,
    query: z.object({ user: queryText(512).optional(), resource: queryText(512).min(1), action: queryText(128).min(1) }),
    body: nothing,
    answer: { status: 200, body: explanation },
    errors: [400, 401, 403, 404, 422],
  }),
} as const;
