import { OPERATIONS } from '@berth/api-contract';
import { WORK_KINDS } from '../../../work/kinds.ts';
import { systemEndpoint } from '../endpoint.ts';
import { findRun } from '../jobs/find-run.ts';

/** A purge that is over stays as it ended. */
export const stopPurge = systemEndpoint(OPERATIONS.stopPurge, 'purge-audit:stop', async ({ parts, params }) => {
  const { id } = await findRun(parts, params.purge_id, WORK_KINDS.purgeAudit);
  await parts.longWork.work.stop(id);
  return {};
});
