import { explanation } from '@berth/api-contract';
import { queryOptions } from '@tanstack/react-query';
import { getOne } from '../../shared/api/fetcher.ts';

export interface Question {
  /** Empty for oneself. */
  readonly user: string;
  /** A project, a repository such as `team/app`, or `/system`. */
  readonly resource: string;
  /** `repository:push`. */
  readonly action: string;
}

export const explanationQuery = ({ user, resource, action }: Question) =>
  queryOptions({
    queryKey: ['explain', { user, resource, action }],
    queryFn: ({ signal }) => getOne('/access/explain', explanation, { query: { user, resource, action }, signal }),
    // Rights change; an answer is of now.
    staleTime: 0,
    retry: false,
  });
