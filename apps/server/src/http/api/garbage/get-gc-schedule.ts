import { OPERATIONS } from '@berth/api-contract';
import { systemEndpoint } from '../endpoint.ts';
import { gcScheduleView } from './gc-view.ts';

export const getGcSchedule = systemEndpoint(OPERATIONS.getGCSchedule, 'garbage-collection:read', async ({ parts }) => ({
  json: gcScheduleView(await parts.collection.runs.schedule()),
}));
