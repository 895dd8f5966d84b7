import { z } from 'zod';
import { listQuery, nothing, projectParams, timestamp } from './common.ts';
import { operation } from './operation.ts';

/** Slashes of a repository's name are encoded, once (`%2F`) or, as Harbor's clients do, twice (`%252F`). */
export const repositoryParams = z.object({
  project_name: z.string().min(1).max(255),
  /** Without the project. */
  repository_name: z.string().min(1).max(1024),
});

export const repository = z.object({
  id: z.number().int(),
  project_id: z.number().int(),
  /** With the project: `team/app`. */
  name: z.string(),
  description: z.string(),
  artifact_count: z.number().int(),
  pull_count: z.number().int(),
  creation_time: timestamp,
  update_time: timestamp,
});

/** Members by role. */
export const projectSummary = z.object({
  repo_count: z.number().int(),
  project_admin_count: z.number().int().optional(),
  maintainer_count: z.number().int().optional(),
  developer_count: z.number().int().optional(),
  guest_count: z.number().int().optional(),
  limited_guest_count: z.number().int().optional(),
  quota: z.object({ hard: z.record(z.string(), z.number()), used: z.record(z.string(), z.number()) }).optional(),
});

const path = '/projects/{project_name}/repositories/{repository_name}';

export const repositoryOperations = {
  listAllRepositories: operation({
    id: 'listAllRepositories',
    method: 'get',
    path: '/repositories',
    tag: 'repository',
    summary: 'List the repositories that the caller may see, in all projects.',
    params: nothing,
    query: listQuery,
    body: nothing,
    answer: { status: 200, body: z.array(repository), headers: ['X-Total-Count', 'Link'] },
    errors: [400, 401, 422],
  }),
  listRepositories: operation({
    id: 'listRepositories',
    method: 'get',
    path: '/projects/{project_name}/repositories',
    tag: 'repository',
    summary: 'List the repositories of a project.',
    params: repositoryParams.pick({ project_name: true }),
    query: listQuery,
    body: nothing,
    answer: { status: 200, body: z.array(repository), headers: ['X-Total-Count', 'Link'] },
    errors: [400, 401, 403, 404, 422],
  }),
  getRepository: operation({
    id: 'getRepository',
    method: 'get',
    path,
    tag: 'repository',
    summary: 'Read a repository.',
    params: repositoryParams,
    query: nothing,
    body: nothing,
    answer: { status: 200, body: repository },
    errors: [400, 401, 403, 404],
  }),
  updateRepository: operation({
    id: 'updateRepository',
    method: 'put',
    path,
    tag: 'repository',
    summary: 'Change the description of a repository.',
    params: repositoryParams,
    query: nothing,
    body: z.object({ description: z.string().max(65_536).nullish() }),
    answer: { status: 200 },
    errors: [400, 401, 403, 404],
  }),
  deleteRepository: operation({
    id: 'deleteRepository',
    method: 'delete',
    path,
    tag: 'repository',
    summary: 'Delete a repository with all its artifacts; it stays in the trash for a while.',
    params: repositoryParams,
    query: nothing,
    body: nothing,
    answer: { status: 200 },
    errors: [400, 401, 403, 404],
  }),
  getProjectSummary: operation({
    id: 'getProjectSummary',
    method: 'get',
    path: '/projects/{project_name_or_id}/summary',
    tag: 'project',
    summary: 'Count what a project holds, and its members by role.',
    params: projectParams,
    query: nothing,
    body: nothing,
    answer: {
      status: 200,
      body: projectSummary,
    },
    errors: [401, 403, 404],
  }),
} as const;
