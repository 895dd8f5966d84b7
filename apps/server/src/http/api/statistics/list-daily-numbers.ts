import { OPERATIONS } from '@berth/api-contract';
import { systemEndpoint } from '../endpoint.ts';
import { dayRange } from './day-range.ts';

export const listDailyNumbers = systemEndpoint(OPERATIONS.listDailyNumbers, 'system-volumes:read', async ({ parts, query }) => ({
  json: await parts.policy.daily.days(dayRange(query)),
}));
