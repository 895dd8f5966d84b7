import { OPERATIONS } from '@berth/api-contract';
import { API_BASE } from '../api-parts.ts';
import { systemEndpoint } from '../endpoint.ts';
import { changePurgeSchedule } from './change-purge-schedule.ts';

export const createPurgeSchedule = systemEndpoint(OPERATIONS.createPurgeSchedule, 'purge-audit:create', async (call) => {
  const run = await changePurgeSchedule(call);
  return { headers: { location: `${API_BASE}/system/purgeaudit/${run ?? 'schedule'}` } };
});
