import { z } from 'zod';
import { nothing, projectParams, wholeNumber } from './common.ts';
import { FIELD_CHECKS } from './field-problem.ts';
import { operation } from './operation.ts';

/** In UTC. */
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, FIELD_CHECKS.day);

/** The last 30 days without it; at most two years. */
export const dayRangeQuery = z.object({ from: day.optional(), to: day.optional() });

export const countedNames = ['pulls', 'pushes', 'pulled_bytes', 'pushed_bytes'] as const;
const topQuery = dayRangeQuery.extend({ of: z.enum(countedNames).default('pulls'), page_size: wholeNumber(1, 100).default(10) });

/** What one day came to. Days of which nothing is known are left out. */
export const dayNumbers = z.object({
  day: z.string(),
  /** Bytes that the projects held, each counting what it holds once; of a project: what it held. */
  logical: z.number().int().optional(),
  /** Bytes on the storage, each blob once; of the whole registry only. */
  physical: z.number().int().optional(),
  pulls: z.number().int(),
  pushes: z.number().int(),
  pulled_bytes: z.number().int(),
  pushed_bytes: z.number().int(),
  /** Bytes that garbage collection let go; of the whole registry only. */
  reclaimed: z.number().int(),
});

export const topRepository = z.object({ name: z.string(), value: z.number().int() });
export const projectSeries = z.object({ name: z.string(), days: z.array(z.object({ day: z.string(), value: z.number().int() })) });
export const jobDay = z.object({
  day: z.string(),
  job: z.string(),
  runs: z.number().int(),
  failures: z.number().int(),
  /** Of all runs of the day together, and of the longest. */
  seconds: z.number(),
  longest: z.number(),
});

const read = { method: 'get', tag: 'statistic', body: nothing } as const;

/** Berth's own: numbers by day, for plots. */
export const dailyOperations = {
  listDailyNumbers: operation({
    ...read,
    id: 'listDailyNumbers',
    path: '/statistics/daily',
    summary: 'Read what each day came to: storage, pulls, pushes and their bytes, what collection let go.',
    params: nothing,
    query: dayRangeQuery,
    answer: { status: 200, body: z.array(dayNumbers) },
    errors: [400, 401, 403, 422],
  }),
  listTopRepositories: operation({
    ...read,
    id: 'listTopRepositories',
    path: '/statistics/top',
    summary: 'List the repositories with the most pulls, pushes or bytes.',
    params: nothing,
    query: topQuery,
    answer: { status: 200, body: z.array(topRepository) },
    errors: [400, 401, 403, 422],
  }),
  listProjectStorage: operation({
    ...read,
    id: 'listProjectStorage',
    path: '/statistics/projects',
    summary: 'Read what each of the largest projects held, by day.',
    params: nothing,
    query: dayRangeQuery,
    answer: { status: 200, body: z.array(projectSeries) },
    errors: [400, 401, 403, 422],
  }),
  listJobDays: operation({
    ...read,
    id: 'listJobDays',
    path: '/statistics/jobs',
    summary: 'Read how often each background job ran, failed, and how long it took, by day.',
    params: nothing,
    query: dayRangeQuery,
    answer: { status: 200, body: z.array(jobDay) },
    errors: [400, 401, 403, 422],
  }),
  listProjectDailyNumbers: operation({
    ...read,
    id: 'listProjectDailyNumbers',
    path: '/projects/{project_name_or_id}/statistics/daily',
    summary: 'Read what each day came to in a project.',
    params: projectParams,
    query: dayRangeQuery,
    answer: { status: 200, body: z.array(dayNumbers) },
    errors: [400, 401, 403, 404, 422],
  }),
  listProjectTopRepositories: operation({
    ...read,
    id: 'listProjectTopRepositories',
    path: '/projects/{project_name_or_id}/statistics/top',
    summary: 'List the repositories of a project with the most pulls, pushes or bytes.',
    params: projectParams,
    query: topQuery,
    answer: { status: 200, body: z.array(topRepository) },
    errors: [400, 401, 403, 404, 422],
  }),
} as const;
