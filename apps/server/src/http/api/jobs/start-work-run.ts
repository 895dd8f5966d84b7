import { OPERATIONS } from '@berth/api-contract';
import { say } from '@berth/oci';
import { WORK_KINDS } from '../../../work/kinds.ts';
import { keyOfActor } from '../acting.ts';
import { ApiError } from '../api-error.ts';
import { API_BASE } from '../api-parts.ts';
import { systemEndpoint } from '../endpoint.ts';

/** What can be started here; other work has operations of its own. */
const STARTED_HERE: readonly string[] = [WORK_KINDS.fsck, WORK_KINDS.scrub];

export const startWorkRun = systemEndpoint(OPERATIONS.startWorkRun, 'garbage-collection:create', async ({ parts, actor, params, body }) => {
  if (!STARTED_HERE.includes(params.kind))
    throw new ApiError(
      'NOT_FOUND',
      say('work-unknown')`There is no such work; there is: ${{ known: STARTED_HERE.join(', ') }}. Nothing was started.`,
    );
  const given = Object.entries(body.parameters ?? {}).filter(([, value]) => value !== null && value !== undefined);
  const id = await parts.longWork.work.start(params.kind, Object.fromEntries(given), keyOfActor(actor));
  await parts.longWork.kick();
  return { headers: { location: `${API_BASE}/jobs/runs/${id}` } };
});
