import { quota } from '@berth/api-contract';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
import { change, getOne, getPage } from '../../shared/api/fetcher.ts';
import { PAGE_SIZE } from '../../shared/list/list-view.tsx';

export type Quota = z.output<typeof quota>;
const numbers = z.record(z.string(), z.number());
const projectNumbers = z.object({ repo_count: z.number(), quota: z.object({ hard: numbers, used: numbers }).optional() });

export const QUOTAS_KEY = ['quotas'] as const;

export const quotasQuery = ({ page, sort }: { readonly page: number; readonly sort: string }) =>
  queryOptions({
    queryKey: [...QUOTAS_KEY, { page, sort }],
    queryFn: ({ signal }) => getPage('/quotas', quota, { query: { page, page_size: PAGE_SIZE, sort }, signal }),
    placeholderData: keepPreviousData,
  });

export const projectQuotaQuery = (projectId: number) =>
  queryOptions({
    queryKey: [...QUOTAS_KEY, 'project', projectId],
    queryFn: async ({ signal }): Promise<Quota | null> => {
      const { items } = await getPage('/quotas', quota, { query: { reference: 'project', reference_id: projectId }, signal });
      return items[0] ?? null;
    },
  });

/** Numbers of a project that its members may read. */
export const projectNumbersQuery = (projectId: number) =>
  queryOptions({
    queryKey: [...QUOTAS_KEY, 'numbers', projectId],
    queryFn: ({ signal }) => getOne(`/projects/${projectId}/summary`, projectNumbers, { signal }),
  });

/** Bytes; -1 for no limit. */
export const setQuota = (id: number, bytes: number) => change('PUT', `/quotas/${id}`, { hard: { storage: bytes } });
