import { gcHistory, gcNumbers, gcPolicy, gcSchedule, gcUse, statistic, systemVolumes } from '@berth/api-contract';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
import { change, getOne, getPage, getText } from '../../shared/api/fetcher.ts';
import { PAGE_SIZE } from '../../shared/list/list-view.tsx';
import { isUnderWay, lookAgainMs } from '../../shared/work/run-states.ts';

export type GcRun = z.output<typeof gcHistory>;
export type GcPolicy = z.output<typeof gcPolicy>;
export type GcUse = z.output<typeof gcUse>;
export type ScheduleType = 'None' | 'Hourly' | 'Daily' | 'Weekly' | 'Custom';

export const STORAGE_KEY = ['storage'] as const;
/** What moves with a run. */
export const RUN_KEYS = [
  [...STORAGE_KEY, 'runs'],
  [...STORAGE_KEY, 'run'],
  [...STORAGE_KEY, 'numbers'],
] as const;
const NUMBERS_EVERY_MS = 15_000;

export const numbersQuery = queryOptions({
  queryKey: [...STORAGE_KEY, 'numbers'],
  queryFn: ({ signal }) => getOne('/system/gc/numbers', gcNumbers, { signal }),
  refetchInterval: NUMBERS_EVERY_MS,
});

export const sizesQuery = queryOptions({
  queryKey: [...STORAGE_KEY, 'sizes'],
  queryFn: async ({ signal }) => {
    const [sizes, volumes] = await Promise.all([
      getOne('/statistics', statistic, { signal }),
      getOne('/systeminfo/volumes', systemVolumes, { signal }),
    ]);
    return { sizes, volume: volumes.storage[0] };
  },
});

export const policyQuery = queryOptions({
  queryKey: [...STORAGE_KEY, 'policy'],
  queryFn: ({ signal }) => getOne('/system/gc/policy', gcPolicy, { signal }),
  staleTime: Number.POSITIVE_INFINITY,
});

export const scheduleQuery = queryOptions({
  queryKey: [...STORAGE_KEY, 'schedule'],
  queryFn: ({ signal }) => getOne('/system/gc/schedule', gcSchedule, { signal }),
});

export const runsQuery = (page: number, isLive: boolean) =>
  queryOptions({
    queryKey: [...STORAGE_KEY, 'runs', page],
    queryFn: ({ signal }) => getPage('/system/gc', gcHistory, { query: { page, page_size: PAGE_SIZE }, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state: { data } }) => lookAgainMs(data?.items.some((run) => isUnderWay(run.job_status)) === true, isLive),
  });

/** `isLive`: a stream tells of changes. */
export const runQuery = (id: string, isLive: boolean) =>
  queryOptions({
    queryKey: [...STORAGE_KEY, 'run', id],
    queryFn: async ({ signal }) => {
      const at = `/system/gc/${encodeURIComponent(id)}`;
      // The run first: what is said to be over has its whole log.
      const run = await getOne(at, gcHistory, { signal });
      return { run, log: await getText(`${at}/log`, { signal }) };
    },
    refetchInterval: ({ state: { data } }) => lookAgainMs(data !== undefined && isUnderWay(data.run.job_status), isLive),
  });

export const whyQuery = (digest: string) =>
  queryOptions({
    queryKey: [...STORAGE_KEY, 'why', digest],
    queryFn: ({ signal }) => getOne('/system/gc/why', gcUse, { query: { digest }, signal }),
    staleTime: 0,
    retry: false,
  });

/** What a run was asked, and what it did so far; Harbor has both as JSON text. */
const parameters = z.object({
  dry_run: z.boolean().catch(false),
  delete_untagged: z.boolean().catch(false),
  purged_blobs: z.number().catch(0),
  purged_manifests: z.number().catch(0),
  freed_space: z.number().catch(0),
});

export function parametersOf({ job_parameters: text }: Pick<GcRun, 'job_parameters'>): z.output<typeof parameters> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = {};
  }
  const read = parameters.safeParse(value);
  return read.success ? read.data : parameters.parse({});
}

export const savePolicy = (policy: Partial<GcPolicy>) => change('PUT', '/system/gc/policy', policy);
export const saveSchedule = (type: ScheduleType, cron: string) =>
  change('PUT', '/system/gc/schedule', { schedule: { type, ...(type === 'Custom' ? { cron } : {}) } });
export const stopRun = (id: number) => change('PUT', `/system/gc/${id}`);

/** Answers the id of the run. */
export async function startRun(asked: { readonly dry_run: boolean; readonly delete_untagged: boolean }): Promise<string> {
  const { location } = await change('POST', '/system/gc/schedule', { schedule: { type: 'Manual' }, parameters: asked });
  return location?.split('/').at(-1) ?? '';
}

/** Answers the id of the run. */
export async function startCheck(kind: 'storage-fsck' | 'storage-scrub', asked: Readonly<Record<string, unknown>>): Promise<string> {
  const { location } = await change('POST', `/jobs/${kind}/runs`, { parameters: asked });
  return location?.split('/').at(-1) ?? '';
}
