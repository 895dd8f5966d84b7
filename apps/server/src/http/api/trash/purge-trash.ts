import { OPERATIONS } from '@berth/api-contract';
import { systemEndpoint } from '../endpoint.ts';
import { purgeEntry } from './trash-replies.ts';

export const purgeTrash = systemEndpoint(OPERATIONS.purgeTrash, 'project:delete', async (call) => {
  await purgeEntry(call);
  return {};
});
