import { QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError } from '../shared/api/api-error.ts';
import { currentUserQuery } from '../shared/session/session.ts';

const MAX_RETRIES = 2;

/** `onSignedOut` is called when the server no longer knows the session. */
export function createQueryClient(onSignedOut: () => void): QueryClient {
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({
      onError: (error) => {
        if (!(error instanceof ApiError) || error.status !== 401) return;
        client.setQueryData(currentUserQuery.queryKey, null);
        onSignedOut();
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        // Where there is no network, too, a page says so instead of waiting.
        networkMode: 'always',
        // A refusal stays one; only what was no answer is asked again.
        retry: (count, error) => count < MAX_RETRIES && error instanceof ApiError && (error.status === 0 || error.status >= 502),
      },
      mutations: { networkMode: 'always' },
    },
  });
  return client;
}
