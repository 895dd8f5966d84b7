import { OPERATIONS } from '@berth/api-contract';
import { systemEndpoint } from '../endpoint.ts';
import { noSuchRun } from './no-such-run.ts';

/** A run that is over already stays as it ended. */
export const stopGc = systemEndpoint(OPERATIONS.stopGC, 'garbage-collection:stop', async ({ parts, params }) => {
  const { runs } = parts.collection;
  if (!(await runs.stop(params.gc_id)) && (await runs.find(params.gc_id)) === undefined) throw noSuchRun(params.gc_id);
  return {};
});
