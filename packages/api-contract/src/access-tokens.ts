import { z } from 'zod';
import { idParam, nothing, pageQuery, timestamp } from './common.ts';
import { operation } from './operation.ts';
import { robotPermission } from './robots.ts';

export const accessToken = z.object({
  id: z.number().int(),
  name: z.string(),
  /** Absent: everything that its owner may do. */
  permissions: z.array(robotPermission).optional(),
  /** Seconds since the epoch; -1 for never. */
  expires_at: z.number().int(),
  /** Absent: not used yet. Written within a minute of the use. */
  last_used_time: timestamp.optional(),
  creation_time: timestamp,
});

/** The only time that the secret is told. */
export const accessTokenCreated = accessToken.extend({ secret: z.string() });

export const accessTokenCreate = z.object({
  name: z.string().max(255).default(''),
  /** Whole days; -1 for never, 30 by default. */
  duration: z.number().int().min(-1).max(36_500).default(30),
  permissions: z.array(robotPermission).max(100).optional(),
});

const userParams = z.object({ user_id: idParam });
const tokenParams = z.object({ token_id: idParam });

export const accessTokenOperations = {
  listCurrentUserTokens: operation({
    id: 'listCurrentUserTokens',
    method: 'get',
    path: '/users/current/tokens',
    tag: 'user',
    summary: "List the caller's personal access tokens.",
    params: nothing,
    query: pageQuery,
    body: nothing,
    answer: { status: 200, body: z.array(accessToken), headers: ['X-Total-Count', 'Link'] },
    errors: [401, 403, 422],
  }),
  createCurrentUserToken: operation({
    id: 'createCurrentUserToken',
    method: 'post',
    path: '/users/current/tokens',
    tag: 'user',
    summary: 'Make a personal access token for the caller: a password of its own for one machine or script, perhaps narrowed. Told once.',
    params: nothing,
    query: nothing,
    body: accessTokenCreate,
    answer: { status: 201, body: accessTokenCreated, headers: ['Location'] },
    errors: [400, 401, 403, 409],
  }),
  deleteCurrentUserToken: operation({
    id: 'deleteCurrentUserToken',
    method: 'delete',
    path: '/users/current/tokens/{token_id}',
    tag: 'user',
    summary: "Revoke one of the caller's personal access tokens. It ends everywhere within seconds.",
    params: tokenParams,
    query: nothing,
    body: nothing,
    answer: { status: 200 },
    errors: [401, 403, 404, 422],
  }),
  listUserTokens: operation({
    id: 'listUserTokens',
    method: 'get',
    path: '/users/{user_id}/tokens',
    tag: 'user',
    summary: 'List the personal access tokens of a user: the own ones, or anyone for system administrators.',
    params: userParams,
    query: pageQuery,
    body: nothing,
    answer: { status: 200, body: z.array(accessToken), headers: ['X-Total-Count', 'Link'] },
    errors: [401, 403, 422],
  }),
  createUserToken: operation({
    id: 'createUserToken',
    method: 'post',
    path: '/users/{user_id}/tokens',
    tag: 'user',
    summary: 'Make a personal access token. For the user himself only: an administrator cannot speak for somebody else.',
    params: userParams,
    query: nothing,
    body: accessTokenCreate,
    answer: { status: 201, body: accessTokenCreated, headers: ['Location'] },
    errors: [400, 401, 403, 409, 422],
  }),
  deleteUserToken: operation({
    id: 'deleteUserToken',
    method: 'delete',
    path: '/users/{user_id}/tokens/{token_id}',
    tag: 'user',
    summary: 'Revoke a personal access token: an own one, or anyone’s for system administrators.',
    params: userParams.extend(tokenParams.shape),
    query: nothing,
    body: nothing,
    answer: { status: 200 },
    errors: [401, 403, 404, 422],
  }),
} as const;
