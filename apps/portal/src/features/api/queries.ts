import { queryOptions } from '@tanstack/react-query';
import { getOne } from '../../shared/api/fetcher.ts';
import { parseApiDocument } from './api-document.ts';

/** Another version of the server is another page load. */
export const documentQuery = queryOptions({
  queryKey: ['openapi'],
  queryFn: ({ signal }) => getOne('/openapi.json', { parse: parseApiDocument }, { signal }),
  staleTime: Number.POSITIVE_INFINITY,
});
