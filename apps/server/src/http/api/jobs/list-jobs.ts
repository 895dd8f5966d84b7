import { OPERATIONS } from '@berth/api-contract';
import { systemEndpoint } from '../endpoint.ts';
import { jobView } from './job-view.ts';

export const listJobs = systemEndpoint(OPERATIONS.listJobs, 'jobservice-monitor:list', async ({ parts }) => {
  const now = new Date();
  return { json: (await parts.longWork.jobStates.list()).map((state) => jobView(state, now)) };
});
