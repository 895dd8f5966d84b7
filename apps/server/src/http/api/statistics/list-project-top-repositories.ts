import { OPERATIONS } from '@berth/api-contract';
import { projectEndpoint } from '../endpoint.ts';
import { dayRange } from './day-range.ts';

export const listProjectTopRepositories = projectEndpoint(
  OPERATIONS.listProjectTopRepositories,
  'repository:pull',
  async ({ parts, query }, { projectId }) => ({
    json: await parts.policy.daily.top(query.of, dayRange(query), { limit: query.page_size, projectId }),
  }),
);
