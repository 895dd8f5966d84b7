import { z } from 'zod';
import { idParam, listQuery, nothing, timestamp } from './common.ts';
import { operation } from './operation.ts';

export const access = z.object({ resource: z.string().max(64), action: z.string().max(64), effect: z.string().max(16).optional() });

/** `kind` system with namespace `/`, or project with a project's name or `*` for all. */
export const robotPermission = z.object({
  kind: z.enum(['system', 'project']),
  namespace: z.string().max(255),
  access: z.array(access).max(200),
});

export const robot = z.object({
  id: z.number().int(),
  name: z.string(),
  description: z.string(),
  level: z.enum(['system', 'project']),
  /** Days; -1 for never. */
  duration: z.number().int(),
  editable: z.boolean(),
  disable: z.boolean(),
  /** Seconds since the epoch; -1 for never. */
  expires_at: z.number().int(),
  permissions: z.array(robotPermission),
  creator_type: z.string(),
  creator_ref: z.number().int(),
  creation_time: timestamp,
  update_time: timestamp,
});

/** The only time that the secret is told. */
export const robotCreated = z.object({
  id: z.number().int(),
  name: z.string(),
  secret: z.string(),
  creation_time: timestamp,
  expires_at: z.number().int(),
});

export const robotSecret = z.object({ secret: z.string().max(1024).optional() });

const permissions = z.array(robotPermission).max(100);
const description = z.string().max(1024).default('');
/** Whole days, -1 for never; absent or 0: the default of the system. */
const duration = z.number().int().min(-1).max(36_500);

export const robotCreate = z.object({
  name: z.string().max(255).default(''),
  description,
  /** Beyond Harbor, which ignores it: a secret that the creator chose. */
  secret: z.string().max(1024).optional(),
  level: z.enum(['system', 'project']),
  disable: z.boolean().default(false),
  duration: duration.optional(),
  permissions,
});

/** Name and level are fixed; whoever sends them sends what they are. */
export const robotUpdate = z.object({
  name: z.string().max(255).optional(),
  level: z.string().max(16).optional(),
  description,
  disable: z.boolean().default(false),
  duration: duration.optional(),
  permissions,
});

const params = z.object({ robot_id: idParam });

export const robotOperations = {
  listRobots: operation({
    id: 'listRobots',
    method: 'get',
    path: '/robots',
    tag: 'robot',
    summary: 'List the robot accounts of the system, or of a project with q=Level=project,ProjectID=<id>.',
    params: nothing,
    query: listQuery,
    body: nothing,
    answer: { status: 200, body: z.array(robot), headers: ['X-Total-Count', 'Link'] },
    errors: [400, 401, 403, 422],
  }),
  createRobot: operation({
    id: 'createRobot',
    method: 'post',
    path: '/robots',
    tag: 'robot',
    summary: 'Create a robot account with at most the rights that the caller has. The answer tells its secret, once.',
    params: nothing,
    query: nothing,
    body: robotCreate,
    answer: { status: 201, body: robotCreated, headers: ['Location'] },
    errors: [400, 401, 403, 409],
  }),
  getRobot: operation({
    id: 'getRobot',
    method: 'get',
    path: '/robots/{robot_id}',
    tag: 'robot',
    summary: 'Read a robot account.',
    params,
    query: nothing,
    body: nothing,
    answer: { status: 200, body: robot },
    errors: [401, 403, 404, 422],
  }),
  updateRobot: operation({
    id: 'updateRobot',
    method: 'put',
    path: '/robots/{robot_id}',
    tag: 'robot',
    summary: 'Change description, duration and permissions of a robot account, disable or enable it.',
    params,
    query: nothing,
    body: robotUpdate,
    answer: { status: 200 },
    errors: [400, 401, 403, 404, 422],
  }),
  refreshRobot: operation({
    id: 'refreshRobot',
    method: 'patch',
    path: '/robots/{robot_id}',
    tag: 'robot',
    summary:
      'Give a robot account another secret: a generated one, which the answer tells, or a given one. The old one ends within seconds.',
    params,
    query: nothing,
    body: robotSecret,
    answer: { status: 200, body: robotSecret },
    errors: [400, 401, 403, 404, 422],
  }),
  deleteRobot: operation({
    id: 'deleteRobot',
    method: 'delete',
    path: '/robots/{robot_id}',
    tag: 'robot',
    summary: 'Remove a robot account. Whatever it signed in ends within seconds.',
    params,
    query: nothing,
    body: nothing,
    answer: { status: 200 },
    errors: [401, 403, 404, 422],
  }),
} as const;
