import { OPERATIONS } from '@berth/api-contract';
import { systemEndpoint } from '../endpoint.ts';
import { gcView } from './gc-view.ts';
import { noSuchRun } from './no-such-run.ts';

export const getGc = systemEndpoint(OPERATIONS.getGC, 'garbage-collection:read', async ({ parts, params }) => {
  const run = await parts.collection.runs.find(params.gc_id);
  if (run === undefined) throw noSuchRun(params.gc_id);
  return { json: gcView(run) };
});
