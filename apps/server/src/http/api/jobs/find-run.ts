import { say } from '@berth/oci';
import type { WorkRun } from '@berth/registry';
import { ApiError } from '../api-error.ts';
import type { ApiParts } from '../api-parts.ts';

/** With `kind`: a run of another kind is not there. Throws NOT_FOUND. */
export async function findRun(parts: ApiParts, id: number, kind?: string): Promise<WorkRun> {
  const run = await parts.longWork.work.find(id);
  if (run === undefined || (kind !== undefined && run.kind !== kind))
    throw new ApiError('NOT_FOUND', say('no-such-run')`There is no run with the id ${{ id }}.`);
  return run;
}
