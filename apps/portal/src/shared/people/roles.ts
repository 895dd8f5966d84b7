import { role } from '@berth/api-contract';
import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import { getPage } from '../api/fetcher.ts';

export type Role = z.output<typeof role>;

export const ROLES_KEY = ['roles'] as const;

/** As many as there can be, and the five of Harbor, which come first. */
export const rolesQuery = queryOptions({
  queryKey: ROLES_KEY,
  queryFn: async ({ signal }): Promise<readonly Role[]> => {
    const first = await getPage('/roles', role, { query: { page_size: 100 }, signal });
    if (first.total <= first.items.length) return first.items;
    const rest = await getPage('/roles', role, { query: { page: 2, page_size: 100 }, signal });
    return [...first.items, ...rest.items];
  },
  staleTime: 60_000,
});
