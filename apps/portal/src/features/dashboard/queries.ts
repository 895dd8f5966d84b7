import { quota, repository, statistic, systemVolumes } from '@berth/api-contract';
import { queryOptions } from '@tanstack/react-query';
import { getOne, getPage } from '../../shared/api/fetcher.ts';

const RECENT = 8;
const FULLEST = 5;

export const statisticQuery = queryOptions({
  queryKey: ['statistics'],
  queryFn: ({ signal }) => getOne('/statistics', statistic, { signal }),
  refetchInterval: 30_000,
});

export const volumesQuery = queryOptions({
  queryKey: ['volumes'],
  queryFn: ({ signal }) => getOne('/systeminfo/volumes', systemVolumes, { signal }),
  refetchInterval: 60_000,
});

export const recentQuery = queryOptions({
  queryKey: ['repositories', 'recent'],
  queryFn: ({ signal }) => getPage('/repositories', repository, { query: { sort: '-update_time', page_size: RECENT }, signal }),
  refetchInterval: 10_000,
});

/** Those with the least room, of all projects. */
export const fullQuotasQuery = queryOptions({
  queryKey: ['quotas', 'fullest'],
  queryFn: ({ signal }) => getPage('/quotas', quota, { query: { sort: '-filled', page_size: FULLEST }, signal }),
  refetchInterval: 60_000,
});
