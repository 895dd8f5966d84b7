import { z } from 'zod';
import { idParam, listQuery, nothing, pageQuery, queryBoolean, queryText, timestamp } from './common.ts';
import { operation } from './operation.ts';

export const user = z.object({
  user_id: z.number().int(),
  username: z.string(),
  email: z.string(),
  realname: z.string(),
  comment: z.string(),
  sysadmin_flag: z.boolean(),
  admin_role_in_auth: z.boolean(),
  creation_time: timestamp,
  update_time: timestamp,
  /** Berth's own, of oneself only: the password is the one that the server made up. */
  password_generated: z.boolean().optional(),
});

export const userSearchItem = z.object({ user_id: z.number().int(), username: z.string() });

/** Bounds only; what names, addresses and passwords may look like is said in a sentence by the server. */
const text = z.string().max(1024);

export const userCreation = z.object({
  username: text.default(''),
  email: text.default(''),
  realname: text.default(''),
  comment: text.default(''),
  password: text.default(''),
});

export const userProfile = z.object({ email: text.default(''), realname: text.default(''), comment: text.default('') });
export const sysAdminFlag = z.object({ sysadmin_flag: z.boolean().default(false) });
export const passwordChange = z.object({ old_password: text.optional(), new_password: text.default('') });
export const permission = z.object({ resource: z.string(), action: z.string() });

const userParams = z.object({ user_id: idParam });

export const userOperations = {
  listUsers: operation({
    id: 'listUsers',
    method: 'get',
    path: '/users',
    tag: 'user',
    summary: 'List the users. For system administrators.',
    params: nothing,
    query: listQuery.extend({ username: queryText().optional(), email: queryText().optional() }),
    body: nothing,
    answer: { status: 200, body: z.array(user), headers: ['X-Total-Count', 'Link'] },
    errors: [400, 401, 403, 422],
  }),
  createUser: operation({
    id: 'createUser',
    method: 'post',
    path: '/users',
    tag: 'user',
    summary: 'Create a local user. For system administrators.',
    params: nothing,
    query: nothing,
    body: userCreation,
    answer: { status: 201, headers: ['Location'] },
    errors: [400, 401, 403, 409],
  }),
  getCurrentUserInfo: operation({
    id: 'getCurrentUserInfo',
    method: 'get',
    path: '/users/current',
    tag: 'user',
    summary: 'Read who the caller is.',
    params: nothing,
    query: nothing,
    body: nothing,
    answer: { status: 200, body: user },
    errors: [401],
  }),
  getCurrentUserPermissions: operation({
    id: 'getCurrentUserPermissions',
    method: 'get',
    path: '/users/current/permissions',
    tag: 'user',
    summary: 'List what the caller may do within a scope such as /project/1 or /system.',
    params: nothing,
    query: z.object({ scope: queryText().optional(), relative: queryBoolean.optional() }),
    body: nothing,
    answer: { status: 200, body: z.array(permission) },
    errors: [401, 422],
  }),
  searchUsers: operation({
    id: 'searchUsers',
    method: 'get',
    path: '/users/search',
    tag: 'user',
    summary: 'Find users by a part of their name. For every signed-in user.',
    params: nothing,
    query: pageQuery.extend({ username: queryText().min(1) }),
    body: nothing,
    answer: { status: 200, body: z.array(userSearchItem), headers: ['X-Total-Count', 'Link'] },
    errors: [401, 422],
  }),
  getUser: operation({
    id: 'getUser',
    method: 'get',
    path: '/users/{user_id}',
    tag: 'user',
    summary: 'Read a user: oneself, or anyone for system administrators.',
    params: userParams,
    query: nothing,
    body: nothing,
    answer: { status: 200, body: user },
    errors: [401, 403, 404, 422],
  }),
  updateUserProfile: operation({
    id: 'updateUserProfile',
    method: 'put',
    path: '/users/{user_id}',
    tag: 'user',
    summary: 'Change e-mail address, full name and comment.',
    params: userParams,
    query: nothing,
    body: userProfile,
    answer: { status: 200 },
    errors: [400, 401, 403, 404, 409, 422],
  }),
  deleteUser: operation({
    id: 'deleteUser',
    method: 'delete',
    path: '/users/{user_id}',
    tag: 'user',
    summary: 'Remove a user. For system administrators; nobody removes himself.',
    params: userParams,
    query: nothing,
    body: nothing,
    answer: { status: 200 },
    errors: [401, 403, 404, 422],
  }),
  setUserSysAdmin: operation({
    id: 'setUserSysAdmin',
    method: 'put',
    path: '/users/{user_id}/sysadmin',
    tag: 'user',
    summary: 'Make a user a system administrator, or no longer. For system administrators.',
    params: userParams,
    query: nothing,
    body: sysAdminFlag,
    answer: { status: 200 },
    errors: [400, 401, 403, 404, 422],
  }),
  updateUserPassword: operation({
    id: 'updateUserPassword',
    method: 'put',
    path: '/users/{user_id}/password',
    tag: 'user',
    summary: 'Change a password: the own one with the old, anyone for system administrators.',
    params: userParams,
    query: nothing,
    body: passwordChange,
    answer: { status: 200 },
    errors: [400, 401, 403, 404, 422, 429],
  }),
} as const;
