import { OPERATIONS } from '@berth/api-contract';
import { systemEndpoint } from '../endpoint.ts';
import { findRun } from './find-run.ts';

export const getWorkRunLog = systemEndpoint(OPERATIONS.getWorkRunLog, 'jobservice-monitor:read', async ({ parts, params }) => {
  const { id } = await findRun(parts, params.run_id);
  return { text: (await parts.longWork.work.log(id)) ?? '' };
});
