import { OPERATIONS } from '@berth/api-contract';
import { systemEndpoint } from '../endpoint.ts';

export const getGcNumbers = systemEndpoint(OPERATIONS.getGCNumbers, 'garbage-collection:read', async ({ parts }) => {
  const { reclaimable, inGrace, inTrash, waiting, complete } = await parts.collection.collector.numbers();
  return { json: { reclaimable, in_grace: inGrace, in_trash: inTrash, waiting, complete } };
});
