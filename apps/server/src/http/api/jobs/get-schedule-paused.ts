import { OPERATIONS } from '@berth/api-contract';
import { systemEndpoint } from '../endpoint.ts';

/** Only garbage collection can be paused. */
export const getSchedulePaused = systemEndpoint(OPERATIONS.getSchedulePaused, 'jobservice-monitor:list', async ({ parts, params }) => ({
  json: { paused: params.job_type === 'GARBAGE_COLLECTION' && (await parts.collection.collector.policy()).paused },
}));
