import { z } from 'zod';
import { nothing } from './common.ts';
import { operation } from './operation.ts';
import { user } from './users.ts';

/** What a person types at the portal. Bounds only: a name or password that cannot be is as wrong as any other. */
export const signIn = z.object({ username: z.string().min(1).max(1024), password: z.string().min(1).max(1024) });

export const sessionOperations = {
  createSession: operation({
    id: 'createSession',
    method: 'post',
    path: '/session',
    tag: 'session',
    summary:
      'Sign in with a cookie, for browsers. Later requests with the cookie that change something need the header X-Harbor-CSRF-Token of an earlier answer.',
    params: nothing,
    query: nothing,
    body: signIn,
    answer: { status: 200, body: user, headers: ['X-Harbor-CSRF-Token'] },
    errors: [400, 401, 403, 429],
  }),
  deleteSession: operation({
    id: 'deleteSession',
    method: 'delete',
    path: '/session',
    tag: 'session',
    summary: 'Sign out. Without a session there is nothing to end, and the answer is the same.',
    params: nothing,
    query: nothing,
    body: nothing,
    answer: { status: 200 },
    errors: [403],
  }),
} as const;
