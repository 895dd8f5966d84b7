import { project } from '@berth/api-contract';
import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { z } from 'zod';
import { getOne } from '../api/fetcher.ts';

export type Project = z.output<typeof project>;

/** Everything about projects is stale after a change to one. */
export const PROJECTS_KEY = ['projects'] as const;

/** A project by its name, which may look like a number. */
export const projectByName = (name: string) =>
  queryOptions({
    queryKey: [...PROJECTS_KEY, 'one', name],
    queryFn: ({ signal }) =>
      getOne(`/projects/${encodeURIComponent(name)}`, project, { signal, headers: { 'X-Is-Resource-Name': 'true' } }),
  });

/** The project around a tab; its frame has loaded it. */
export function useOpenProject(): Project {
  const { project: name } = useParams({ from: '/shell/projects/$project' });
  return useSuspenseQuery(projectByName(name)).data;
}
