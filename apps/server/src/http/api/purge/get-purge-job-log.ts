import { OPERATIONS } from '@berth/api-contract';
import { WORK_KINDS } from '../../../work/kinds.ts';
import { systemEndpoint } from '../endpoint.ts';
import { findRun } from '../jobs/find-run.ts';

export const getPurgeJobLog = systemEndpoint(OPERATIONS.getPurgeJobLog, 'purge-audit:read', async ({ parts, params }) => {
  const { id } = await findRun(parts, params.purge_id, WORK_KINDS.purgeAudit);
  return { text: (await parts.longWork.work.log(id)) ?? '' };
});
