import { OPERATIONS } from '@berth/api-contract';
import { systemEndpoint } from '../endpoint.ts';
import { dayRange } from './day-range.ts';

/** More lines than these cannot be told apart in a plot. */
const PROJECTS = 8;

export const listProjectStorage = systemEndpoint(OPERATIONS.listProjectStorage, 'system-volumes:read', async ({ parts, query }) => ({
  json: await parts.policy.daily.projects(dayRange(query), PROJECTS),
}));
