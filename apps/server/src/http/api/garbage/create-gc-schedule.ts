import { OPERATIONS } from '@berth/api-contract';
import { API_BASE } from '../api-parts.ts';
import { systemEndpoint } from '../endpoint.ts';
import { changeSchedule } from './change-schedule.ts';

export const createGcSchedule = systemEndpoint(OPERATIONS.createGCSchedule, 'garbage-collection:create', async (call) => {
  const run = await changeSchedule(call);
  return { headers: { location: `${API_BASE}/system/gc/${run ?? 'schedule'}` } };
});
