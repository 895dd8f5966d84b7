import { OPERATIONS } from '@berth/api-contract';
import { systemEndpoint } from '../endpoint.ts';
import { dayRange } from './day-range.ts';

export const listJobDays = systemEndpoint(OPERATIONS.listJobDays, 'jobservice-monitor:list', async ({ parts, query }) => ({
  json: await parts.policy.daily.jobs(dayRange(query)),
}));
