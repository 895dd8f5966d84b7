import { OPERATIONS } from '@berth/api-contract';
import { systemEndpoint } from '../endpoint.ts';
import { noSuchRun } from './no-such-run.ts';

export const getGcLog = systemEndpoint(OPERATIONS.getGCLog, 'garbage-collection:read', async ({ parts, params }) => {
  const log = await parts.collection.runs.log(params.gc_id);
  if (log === undefined) throw noSuchRun(params.gc_id);
  return { text: log };
});
