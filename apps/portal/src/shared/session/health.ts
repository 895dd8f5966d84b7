import { overallHealth } from '@berth/api-contract';
import { queryOptions } from '@tanstack/react-query';
import { getOne } from '../api/fetcher.ts';

const LOOK_EVERY_MS = 10_000;

export const healthQuery = queryOptions({
  queryKey: ['health'],
  queryFn: ({ signal }) => getOne('/health', overallHealth, { signal }),
  refetchInterval: LOOK_EVERY_MS,
});
