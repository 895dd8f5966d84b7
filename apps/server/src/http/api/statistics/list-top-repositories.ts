import { OPERATIONS } from '@berth/api-contract';
import { systemEndpoint } from '../endpoint.ts';
import { dayRange } from './day-range.ts';

export const listTopRepositories = systemEndpoint(OPERATIONS.listTopRepositories, 'system-volumes:read', async ({ parts, query }) => ({
  json: await parts.policy.daily.top(query.of, dayRange(query), { limit: query.page_size }),
}));
