import { certInstructions } from '@berth/api-contract';
import { queryOptions } from '@tanstack/react-query';
import { getOne } from '../../shared/api/fetcher.ts';

/** How a machine comes to trust the CA of this server; asked only where it has one. */
export const instructionsQuery = queryOptions({
  queryKey: ['systeminfo', 'instructions'],
  queryFn: ({ signal }) => getOne('/systeminfo/getcert/instructions', certInstructions, { signal }),
  staleTime: 5 * 60_000,
  retry: false,
});
