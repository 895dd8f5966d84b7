import { project } from '@berth/api-contract';
import { queryOptions } from '@tanstack/react-query';
import { getOne } from '../api/fetcher.ts';

/** Everything about projects is stale after a change to one. */
export const PROJECTS_KEY = ['projects'] as const;

/** A project by its name, which may look like a number. */
export const projectByName = (name: string) =>
  queryOptions({
    queryKey: [...PROJECTS_KEY, 'one', name],
    queryFn: ({ signal }) =>
      getOne(`/projects/${encodeURIComponent(name)}`, project, { signal, headers: { 'X-Is-Resource-Name': 'true' } }),
  });
