import { OPERATIONS } from '@berth/api-contract';
import { systemEndpoint } from '../endpoint.ts';
import { changeSchedule } from './change-schedule.ts';

export const updateGcSchedule = systemEndpoint(OPERATIONS.updateGCSchedule, 'garbage-collection:update', async (call) => {
  await changeSchedule(call);
  return {};
});
