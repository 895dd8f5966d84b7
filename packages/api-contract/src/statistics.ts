import { z } from 'zod';
import { nothing, queryText, wholeNumber } from './common.ts';
import { operation } from './operation.ts';
import { project } from './projects.ts';

export const statistic = z.object({
  private_project_count: z.number().int(),
  private_repo_count: z.number().int(),
  public_project_count: z.number().int(),
  public_repo_count: z.number().int(),
  /** The last three: for system administrators. */
  total_project_count: z.number().int().optional(),
  total_repo_count: z.number().int().optional(),
  /** Bytes: the sum over projects of the distinct blobs of each, as their quotas count. */
  total_storage_consumption: z.number().int().optional(),
  /** Berth's own, bytes: what is stored, each blob once. */
  physical_storage_consumption: z.number().int().optional(),
  /** Berth's own, bytes: what more than one project counts; physical = total - shared + pending. */
  shared_storage_consumption: z.number().int().optional(),
  /** Berth's own, bytes: stored, and counted by no project: on its way in, in the trash, or waiting for collection. */
  pending_storage_consumption: z.number().int().optional(),
});

export const search = z.object({
  project: z.array(project),
  repository: z.array(
    z.object({
      project_id: z.number().int(),
      project_name: z.string(),
      project_public: z.boolean(),
      repository_name: z.string(),
      pull_count: z.number().int(),
      artifact_count: z.number().int(),
    }),
  ),
  /** Berth's own, as are the digests. */
  tag: z.array(z.object({ project_id: z.number().int(), repository_name: z.string(), tag: z.string(), digest: z.string() })),
  artifact: z.array(z.object({ project_id: z.number().int(), repository_name: z.string(), digest: z.string() })),
});

/** Of each kind. */
export const MAX_SEARCH_HITS = 50;

export const systemVolumes = z.object({ storage: z.array(z.object({ total: z.number().int(), free: z.number().int() })) });

export const statisticOperations = {
  getStatistic: operation({
    id: 'getStatistic',
    method: 'get',
    path: '/statistics',
    tag: 'statistic',
    summary: 'Count the projects and repositories that the caller may see.',
    params: nothing,
    query: nothing,
    body: nothing,
    answer: { status: 200, body: statistic },
    errors: [401],
  }),
  search: operation({
    id: 'search',
    method: 'get',
    path: '/search',
    tag: 'search',
    summary: 'Find projects, repositories, tags and digests by a part of their name, at most `limit` of each (50).',
    params: nothing,
    query: z.object({ q: queryText(), limit: wholeNumber(1, MAX_SEARCH_HITS).optional() }),
    body: nothing,
    answer: { status: 200, body: search },
    errors: [422],
  }),
  getVolumes: operation({
    id: 'getVolumes',
    method: 'get',
    path: '/systeminfo/volumes',
    tag: 'systeminfo',
    summary: 'Read the size of the storage and what is free of it.',
    params: nothing,
    query: nothing,
    body: nothing,
    answer: { status: 200, body: systemVolumes },
    errors: [401, 403],
  }),
} as const;
