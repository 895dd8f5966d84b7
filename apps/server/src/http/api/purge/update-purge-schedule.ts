import { OPERATIONS } from '@berth/api-contract';
import { systemEndpoint } from '../endpoint.ts';
import { changePurgeSchedule } from './change-purge-schedule.ts';

export const updatePurgeSchedule = systemEndpoint(OPERATIONS.updatePurgeSchedule, 'purge-audit:update', async (call) => {
  await changePurgeSchedule(call);
  return {};
});
