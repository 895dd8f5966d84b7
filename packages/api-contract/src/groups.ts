import { z } from 'zod';
import { idParam, nothing, pageQuery, queryText } from './common.ts';
import { operation } from './operation.ts';
import { userSearchItem } from './users.ts';

/** `group_type`: 1 LDAP, 2 HTTP, 3 OIDC, 4 local. */
export const userGroup = z.object({
  id: z.number().int(),
  group_name: z.string(),
  group_type: z.number().int(),
  ldap_group_dn: z.string(),
});

export const userGroupSearchItem = userGroup.omit({ ldap_group_dn: true });

/** Bounds only; the server says in a sentence what a name may look like. Without a type the group is local. */
export const userGroupCreation = z.object({
  group_name: z.string().max(1024).default(''),
  group_type: z.number().int().min(0).max(4).default(4),
  ldap_group_dn: z.string().max(1024).default(''),
});

export const userGroupChange = userGroupCreation.pick({ group_name: true });

/** By id or, without one, by name. */
export const groupMember = z.object({ user_id: z.number().int().min(0).optional(), username: z.string().max(255).optional() });

const params = z.object({ group_id: idParam });

export const groupOperations = {
  listUserGroups: operation({
    id: 'listUserGroups',
    method: 'get',
    path: '/usergroups',
    tag: 'usergroup',
    summary: 'List the user groups. For system administrators.',
    params: nothing,
    query: pageQuery.extend({ group_name: queryText().optional(), ldap_group_dn: queryText(1024).optional() }),
    body: nothing,
    answer: { status: 200, body: z.array(userGroup), headers: ['X-Total-Count', 'Link'] },
    errors: [401, 403, 422],
  }),
  createUserGroup: operation({
    id: 'createUserGroup',
    method: 'post',
    path: '/usergroups',
    tag: 'usergroup',
    summary: 'Create a user group. For system administrators.',
    params: nothing,
    query: nothing,
    body: userGroupCreation,
    answer: { status: 201, headers: ['Location'] },
    errors: [400, 401, 403, 409],
  }),
  searchUserGroups: operation({
    id: 'searchUserGroups',
    method: 'get',
    path: '/usergroups/search',
    tag: 'usergroup',
    summary: 'Find user groups by a part of their name. For everyone who signed in.',
    params: nothing,
    query: pageQuery.extend({ groupname: queryText().min(1) }),
    body: nothing,
    answer: { status: 200, body: z.array(userGroupSearchItem), headers: ['X-Total-Count', 'Link'] },
    errors: [401, 422],
  }),
  getUserGroup: operation({
    id: 'getUserGroup',
    method: 'get',
    path: '/usergroups/{group_id}',
    tag: 'usergroup',
    summary: 'Read a user group. For system administrators.',
    params,
    query: nothing,
    body: nothing,
    answer: { status: 200, body: userGroup },
    errors: [401, 403, 404, 422],
  }),
  updateUserGroup: operation({
    id: 'updateUserGroup',
    method: 'put',
    path: '/usergroups/{group_id}',
    tag: 'usergroup',
    summary: 'Give a user group another name. For system administrators.',
    params,
    query: nothing,
    body: userGroupChange,
    answer: { status: 200 },
    errors: [400, 401, 403, 404, 409, 422],
  }),
  deleteUserGroup: operation({
    id: 'deleteUserGroup',
    method: 'delete',
    path: '/usergroups/{group_id}',
    tag: 'usergroup',
    summary: 'Remove a user group, and its roles in projects with it. For system administrators.',
    params,
    query: nothing,
    body: nothing,
    answer: { status: 200 },
    errors: [401, 403, 404, 422],
  }),
  listUserGroupMembers: operation({
    id: 'listUserGroupMembers',
    method: 'get',
    path: '/usergroups/{group_id}/members',
    tag: 'usergroup',
    summary: 'List who is in a user group. For system administrators.',
    params,
    query: pageQuery,
    body: nothing,
    answer: { status: 200, body: z.array(userSearchItem), headers: ['X-Total-Count', 'Link'] },
    errors: [401, 403, 404, 422],
  }),
  addUserGroupMember: operation({
    id: 'addUserGroupMember',
    method: 'post',
    path: '/usergroups/{group_id}/members',
    tag: 'usergroup',
    summary: 'Put a user into a user group. For system administrators.',
    params,
    query: nothing,
    body: groupMember,
    answer: { status: 201, headers: ['Location'] },
    errors: [400, 401, 403, 404, 422],
  }),
  removeUserGroupMember: operation({
    id: 'removeUserGroupMember',
    method: 'delete',
    path: '/usergroups/{group_id}/members/{member_id}',
    tag: 'usergroup',
    summary: 'Take a user, by id, out of a user group. For system administrators.',
    params: params.extend({ member_id: idParam }),
    query: nothing,
    body: nothing,
    answer: { status: 200 },
    errors: [401, 403, 404, 422],
  }),
} as const;
