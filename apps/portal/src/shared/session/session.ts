import { permission, user } from '@berth/api-contract';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { z } from 'zod';
import { ApiError } from '../api/api-error.ts';
import { change, getOne } from '../api/fetcher.ts';

export type CurrentUser = z.output<typeof user>;

/** Who is signed in; null for nobody. */
export const currentUserQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ signal }): Promise<CurrentUser | null> => {
    try {
      return await getOne('/users/current', user, { signal });
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: 60_000,
});

/** The person behind the page; pages inside the shell have one. */
export function useCurrentUser(): CurrentUser {
  const { data } = useQuery(currentUserQuery);
  if (data === null || data === undefined) throw new Error('This page is shown to signed-in people only.');
  return data;
}

export async function signIn(username: string, password: string): Promise<CurrentUser> {
  const { body } = await change('POST', '/session', { username, password });
  return user.parse(body);
}

export async function signOut(): Promise<void> {
  await change('DELETE', '/session');
}

/** Relative to its scope the project itself is called ".". */
const permissionsQuery = (scope: string) =>
  queryOptions({
    queryKey: ['permissions', scope],
    queryFn: async ({ signal }) => {
      const list = await getOne('/users/current/permissions', z.array(permission), { query: { scope, relative: true }, signal });
      return new Set(list.map(({ resource, action }) => `${resource === '.' ? 'project' : resource}:${action}`));
    },
    staleTime: 10_000,
  });

export type May = (action: string) => boolean;

/** What the person may do in a project, in Harbor's words such as `member:create`; while that is not known yet: nothing. */
export function useProjectRights(projectId: number | undefined): May {
  const { data } = useQuery({ ...permissionsQuery(`/project/${projectId}`), enabled: projectId !== undefined });
  return (action) => data?.has(action) === true;
}
