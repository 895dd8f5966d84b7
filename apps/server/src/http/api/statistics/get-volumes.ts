import { OPERATIONS } from '@berth/api-contract';
import { systemEndpoint } from '../endpoint.ts';

/** Of a bucket no size is known: the list is empty then. */
export const getVolumes = systemEndpoint(OPERATIONS.getVolumes, 'system-volumes:read', async ({ parts }) => ({
  json: { storage: await parts.policy.volumes() },
}));
