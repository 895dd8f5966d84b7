import { z } from 'zod';
import { listQuery, nothing, projectParams, queryBoolean, queryText, timestamp } from './common.ts';
import { operation } from './operation.ts';
import { projectMetadata, projectMetadataRequest } from './project-metadata.ts';

export const project = z.object({
  project_id: z.number().int(),
  owner_id: z.number().int(),
  name: z.string(),
  creation_time: timestamp,
  update_time: timestamp,
  deleted: z.boolean(),
  owner_name: z.string(),
  /** The strongest role of the caller; absent without one. */
  current_user_role_id: z.number().int().optional(),
  current_user_role_ids: z.array(z.number().int()).optional(),
  repo_count: z.number().int(),
  metadata: projectMetadata,
});

export const projectRequest = z.object({
  project_name: z.string().max(255).optional(),
  public: z.boolean().nullish(),
  metadata: projectMetadataRequest.nullish(),
  /** Bytes, -1 for no limit; for system administrators. */
  storage_limit: z
    .number()
    .int()
    .min(-1)
    .max(1024 ** 5)
    .nullish(),
  /** Harbor's way to ask for a proxy cache, which Berth does not have: above 0 it is refused. */
  registry_id: z.number().int().nullish(),
});

/** `reason` is Berth's own: it names the sentence of the message. */
export const projectDeletable = z.object({ deletable: z.boolean(), message: z.string().optional(), reason: z.string().optional() });

export const projectOperations = {
  listProjects: operation({
    id: 'listProjects',
    method: 'get',
    path: '/projects',
    tag: 'project',
    summary: 'List the projects that the caller may see.',
    params: nothing,
    query: listQuery.extend({
      name: queryText().optional(),
      public: queryBoolean.optional(),
      owner: queryText().optional(),
      with_detail: queryBoolean.optional(),
    }),
    body: nothing,
    answer: { status: 200, body: z.array(project), headers: ['X-Total-Count', 'Link'] },
    errors: [400, 401, 422],
  }),
  headProject: operation({
    id: 'headProject',
    method: 'head',
    path: '/projects',
    tag: 'project',
    summary: 'Ask whether a project name is taken.',
    params: nothing,
    query: z.object({ project_name: queryText() }),
    body: nothing,
    answer: { status: 200 },
    errors: [401, 404, 422],
  }),
  createProject: operation({
    id: 'createProject',
    method: 'post',
    path: '/projects',
    tag: 'project',
    summary: 'Create a project; the caller becomes its administrator.',
    params: nothing,
    query: nothing,
    body: projectRequest,
    answer: { status: 201, headers: ['Location'] },
    errors: [400, 401, 403, 409, 501],
  }),
  getProject: operation({
    id: 'getProject',
    method: 'get',
    path: '/projects/{project_name_or_id}',
    tag: 'project',
    summary: 'Read a project.',
    params: projectParams,
    query: nothing,
    body: nothing,
    answer: { status: 200, body: project },
    errors: [401, 403, 404],
  }),
  updateProject: operation({
    id: 'updateProject',
    method: 'put',
    path: '/projects/{project_name_or_id}',
    tag: 'project',
    summary: 'Change a project; what is absent stays as it is.',
    params: projectParams,
    query: nothing,
    body: projectRequest,
    answer: { status: 200 },
    errors: [400, 401, 403, 404],
  }),
  deleteProject: operation({
    id: 'deleteProject',
    method: 'delete',
    path: '/projects/{project_name_or_id}',
    tag: 'project',
    summary: 'Delete a project that holds no repositories.',
    params: projectParams,
    query: nothing,
    body: nothing,
    answer: { status: 200 },
    errors: [401, 403, 404, 412],
  }),
  getProjectDeletable: operation({
    id: 'getProjectDeletable',
    method: 'get',
    path: '/projects/{project_name_or_id}/_deletable',
    tag: 'project',
    summary: 'Ask whether a project could be deleted now.',
    params: projectParams,
    query: nothing,
    body: nothing,
    answer: { status: 200, body: projectDeletable },
    errors: [401, 403, 404],
  }),
} as const;
