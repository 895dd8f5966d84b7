import { quota } from '@berth/api-contract';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import { change, getPage } from '../../shared/api/fetcher.ts';
import { PAGE_SIZE } from '../../shared/list/list-view.tsx';

export type Quota = z.output<typeof quota>;
export const QUOTAS_KEY = ['quotas'] as const;

export const quotasQuery = ({ page, sort }: { readonly page: number; readonly sort: string }) =>
  queryOptions({
    queryKey: [...QUOTAS_KEY, { page, sort }],
    queryFn: ({ signal }) => getPage('/quotas', quota, { query: { page, page_size: PAGE_SIZE, sort }, signal }),
    placeholderData: keepPreviousData,
  });

/** Bytes; -1 for no limit. */
export const setQuota = (id: number, bytes: number) => change('PUT', `/quotas/${id}`, { hard: { storage: bytes } });
