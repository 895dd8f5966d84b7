import { label } from '@berth/api-contract';
import { queryOptions } from '@tanstack/react-query';
import { getPage } from '../api/fetcher.ts';

const MOST = 100;

/** Labels that artifacts of a project can have: its own, and those of the whole registry. */
export const usableLabelsQuery = (projectId: number) =>
  queryOptions({
    queryKey: ['labels', 'usable', projectId],
    queryFn: async ({ signal }) => {
      const query = { page_size: MOST, sort: 'name' };
      const [own, everywhere] = await Promise.all([
        getPage('/labels', label, { query: { ...query, scope: 'p', project_id: projectId }, signal }),
        getPage('/labels', label, { query: { ...query, scope: 'g' }, signal }),
      ]);
      return [...own.items, ...everywhere.items];
    },
  });
