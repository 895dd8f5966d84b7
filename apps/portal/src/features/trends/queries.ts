import { dayNumbers, jobDay, projectSeries, topRepository } from '@berth/api-contract';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
import { getOne } from '../../shared/api/fetcher.ts';
import { firstDay } from './days.ts';

export type Counted = 'pulls' | 'pushes' | 'pulled_bytes' | 'pushed_bytes';

/** What is rolled every five minutes need not be asked for more often. */
const shared = { staleTime: 60_000, refetchInterval: 300_000, placeholderData: keepPreviousData } as const;

/** Of a project, by name; undefined: of the whole registry. */
const base = (project: string | undefined): string => (project === undefined ? '' : `/projects/${encodeURIComponent(project)}`);
const byName = { headers: { 'X-Is-Resource-Name': 'true' } };

export const dailyQuery = (days: number, project?: string) =>
  queryOptions({
    ...shared,
    queryKey: ['trends', 'daily', project ?? null, days],
    queryFn: ({ signal }) =>
      getOne(`${base(project)}/statistics/daily`, z.array(dayNumbers), { ...byName, query: { from: firstDay(days) }, signal }),
  });

export const topQuery = (of: Counted, days: number, project?: string) =>
  queryOptions({
    ...shared,
    queryKey: ['trends', 'top', project ?? null, of, days],
    queryFn: ({ signal }) =>
      getOne(`${base(project)}/statistics/top`, z.array(topRepository), { ...byName, query: { of, from: firstDay(days) }, signal }),
  });

export const projectsQuery = (days: number) =>
  queryOptions({
    ...shared,
    queryKey: ['trends', 'projects', days],
    queryFn: ({ signal }) => getOne('/statistics/projects', z.array(projectSeries), { query: { from: firstDay(days) }, signal }),
  });

export const jobsQuery = (days: number) =>
  queryOptions({
    ...shared,
    queryKey: ['trends', 'jobs', days],
    queryFn: ({ signal }) => getOne('/statistics/jobs', z.array(jobDay), { query: { from: firstDay(days) }, signal }),
  });
