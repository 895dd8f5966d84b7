import { OPERATIONS } from '@berth/api-contract';
import { systemEndpoint } from '../endpoint.ts';
import { findRun } from './find-run.ts';
import { workRunView } from './job-view.ts';

export const getWorkRun = systemEndpoint(OPERATIONS.getWorkRun, 'jobservice-monitor:read', async ({ parts, params }) => ({
  json: workRunView(await findRun(parts, params.run_id)),
}));
