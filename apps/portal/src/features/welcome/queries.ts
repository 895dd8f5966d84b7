import { repository } from '@berth/api-contract';
import { queryOptions } from '@tanstack/react-query';
import { ApiError } from '../../shared/api/api-error.ts';
import { change, getPage } from '../../shared/api/fetcher.ts';
import { loadRefusals } from '../../shared/i18n/refusals.ts';
import { askV2 } from './address-check.ts';

const LOOK_EVERY_MS = 2_000;

export const v2Query = queryOptions({
  queryKey: ['welcome', 'v2'],
  queryFn: async ({ signal }) => {
    // What is wrong with the certificate is told beside the answer.
    const [v2] = await Promise.all([askV2(signal), loadRefusals()]);
    return v2;
  },
  staleTime: 0,
  retry: false,
});

/** The newest repository of a project; null while there is none. */
export const firstImageQuery = (project: string) =>
  queryOptions({
    queryKey: ['welcome', 'image', project],
    queryFn: async ({ signal }) => {
      const path = `/projects/${encodeURIComponent(project)}/repositories`;
      const { items } = await getPage(path, repository, { query: { page_size: 1, sort: '-update_time' }, signal });
      return items[0] ?? null;
    },
    refetchInterval: ({ state: { data } }) => (data === undefined || data === null ? LOOK_EVERY_MS : false),
  });

export const setPassword = (userId: number, old: string, wanted: string) =>
  change('PUT', `/users/${userId}/password`, { old_password: old, new_password: wanted });

/** One that is there already is as good. */
export async function makeProject(name: string): Promise<void> {
  try {
    await change('POST', '/projects', { project_name: name, metadata: { public: 'false' } });
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 409)) throw error;
  }
}
