import { generalInfo } from '@berth/api-contract';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { getOne } from '../api/fetcher.ts';

export const systemInfoQuery = queryOptions({
  queryKey: ['systeminfo'],
  queryFn: ({ signal }) => getOne('/systeminfo', generalInfo, { signal }),
  staleTime: 5 * 60_000,
});

/** `host[:port]` as it stands in image names. */
export function useRegistryHost(): string {
  const { data } = useQuery(systemInfoQuery);
  return data?.registry_url ?? window.location.host;
}
