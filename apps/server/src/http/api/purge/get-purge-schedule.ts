import { OPERATIONS } from '@berth/api-contract';
import { WORK_KINDS } from '../../../work/kinds.ts';
import { systemEndpoint } from '../endpoint.ts';
import { purgeScheduleView } from './purge-view.ts';

export const getPurgeSchedule = systemEndpoint(OPERATIONS.getPurgeSchedule, 'purge-audit:read', async ({ parts }) => ({
  json: purgeScheduleView(await parts.longWork.work.schedule(WORK_KINDS.purgeAudit)),
}));
