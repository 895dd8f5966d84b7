import { OPERATIONS } from '@berth/api-contract';
import { systemEndpoint } from '../endpoint.ts';

export const updateGcPolicy = systemEndpoint(OPERATIONS.updateGCPolicy, 'garbage-collection:update', async ({ parts, body }) => {
  await parts.collection.collector.savePolicy({
    ...(body.paused === undefined ? {} : { paused: body.paused }),
    ...(body.delete_untagged === undefined ? {} : { deleteUntagged: body.delete_untagged }),
    ...(body.keep_pulled_days === undefined ? {} : { keepPulledDays: body.keep_pulled_days }),
    ...(body.untagged_grace_hours === undefined ? {} : { untaggedGraceSeconds: body.untagged_grace_hours * 3600 }),
  });
  return {};
});
