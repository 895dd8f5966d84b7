import { repository, statistic, systemVolumes } from '@berth/api-contract';
import { queryOptions } from '@tanstack/react-query';
import { getOne, getPage } from '../../shared/api/fetcher.ts';

const RECENT = 8;

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
