import { OPERATIONS } from '@berth/api-contract';
import { projectEndpoint } from '../endpoint.ts';
import { dayRange } from './day-range.ts';

/** For who may pull from all of the project: sums would tell of repositories that he may not see. */
export const listProjectDailyNumbers = projectEndpoint(
  OPERATIONS.listProjectDailyNumbers,
  'repository:pull',
  async ({ parts, query }, { projectId }) => ({ json: await parts.policy.daily.days(dayRange(query), projectId) }),
);
