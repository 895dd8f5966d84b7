import { OPERATIONS } from '@berth/api-contract';
import { WORK_KINDS } from '../../../work/kinds.ts';
import { systemEndpoint } from '../endpoint.ts';
import { findRun } from '../jobs/find-run.ts';
import { purgeView } from './purge-view.ts';

export const getPurgeJob = systemEndpoint(OPERATIONS.getPurgeJob, 'purge-audit:read', async ({ parts, params }) => ({
  json: purgeView(await findRun(parts, params.purge_id, WORK_KINDS.purgeAudit)),
}));
