import { job, workRun } from '@berth/api-contract';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
import { change, getOne, getPage, getText } from '../../shared/api/fetcher.ts';
import { loadRefusals } from '../../shared/i18n/refusals.ts';
import { PAGE_SIZE } from '../../shared/list/list-view.tsx';
import { isUnderWay, LOOK_AGAIN_MS, LOOK_BESIDE_EVENTS_MS, lookAgainMs, type RunState } from '../../shared/work/run-states.ts';

export type Job = z.output<typeof job>;
export type WorkRun = z.output<typeof workRun>;

export const JOBS_KEY = ['jobs'] as const;
const LOOK_EVERY_MS = 5_000;
const RUNNING = 5;

export const jobsQuery = queryOptions({
  queryKey: [...JOBS_KEY, 'list'],
  queryFn: async ({ signal }) => {
    const jobs = await getOne('/jobs', z.array(job), { signal });
    if (jobs.some(({ reason }) => reason !== undefined)) await loadRefusals();
    return jobs;
  },
  refetchInterval: LOOK_EVERY_MS,
});

export const runsQuery = (page: number, status: RunState | undefined, isLive: boolean) =>
  queryOptions({
    queryKey: [...JOBS_KEY, 'runs', { page, status }],
    queryFn: ({ signal }) =>
      getPage('/jobs/runs', workRun, {
        query: { page, page_size: PAGE_SIZE, q: status === undefined ? undefined : `status=${status}` },
        signal,
      }),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state: { data } }) =>
      isLive ? LOOK_BESIDE_EVENTS_MS : data?.items.some((run) => isUnderWay(run.status)) === true ? LOOK_AGAIN_MS : LOOK_EVERY_MS,
  });

/** Long work that is being carried out. */
export const runningQuery = (isLive: boolean) =>
  queryOptions({
    queryKey: [...JOBS_KEY, 'runs', 'running'],
    queryFn: ({ signal }) => getPage('/jobs/runs', workRun, { query: { page_size: RUNNING, q: 'status=Running' }, signal }),
    refetchInterval: isLive ? LOOK_BESIDE_EVENTS_MS : LOOK_EVERY_MS,
  });

/** `isLive`: a stream tells of changes. */
export const runQuery = (id: string, isLive: boolean) =>
  queryOptions({
    queryKey: [...JOBS_KEY, 'run', id],
    queryFn: async ({ signal }) => {
      const at = `/jobs/runs/${encodeURIComponent(id)}`;
      // The run first: what is said to be over has its whole log.
      const run = await getOne(at, workRun, { signal });
      return { run, log: await getText(`${at}/log`, { signal }) };
    },
    refetchInterval: ({ state: { data } }) => lookAgainMs(data !== undefined && isUnderWay(data.run.status), isLive),
  });

export const stopRun = (id: number) => change('PUT', `/jobs/runs/${id}`);

/** Kinds that can be started by hand, with the parameters that they had. */
const AGAIN = ['storage-fsck', 'storage-scrub'];

export function mayRunAgain({ kind, status }: WorkRun): boolean {
  return AGAIN.includes(kind) && !isUnderWay(status);
}

/** Answers the id of the new run. */
export async function runAgain({ kind, parameters }: WorkRun): Promise<string> {
  const { location } = await change('POST', `/jobs/${encodeURIComponent(kind)}/runs`, { parameters });
  return location?.split('/').at(-1) ?? '';
}
