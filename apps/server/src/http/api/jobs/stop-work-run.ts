import { OPERATIONS } from '@berth/api-contract';
import { systemEndpoint } from '../endpoint.ts';
import { findRun } from './find-run.ts';

/** A run that is over stays as it ended. */
export const stopWorkRun = systemEndpoint(OPERATIONS.stopWorkRun, 'jobservice-monitor:stop', async ({ parts, params }) => {
  const { id } = await findRun(parts, params.run_id);
  await parts.longWork.work.stop(id);
  return {};
});
