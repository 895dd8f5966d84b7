import { OPERATIONS } from '@berth/api-contract';
import { systemEndpoint } from '../endpoint.ts';

export const getGcPolicy = systemEndpoint(OPERATIONS.getGCPolicy, 'garbage-collection:read', async ({ parts }) => {
  const { paused, deleteUntagged, untaggedGraceSeconds, keepPulledDays } = await parts.collection.collector.policy();
  return {
    json: {
      paused,
      delete_untagged: deleteUntagged,
      untagged_grace_hours: Math.round(untaggedGraceSeconds / 3600),
      keep_pulled_days: keepPulledDays,
    },
  };
});
