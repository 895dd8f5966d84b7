import { OPERATIONS } from '@berth/api-contract';
import { systemEndpoint } from '../endpoint.ts';
import { restoreEntry } from './trash-replies.ts';

export const restoreTrash = systemEndpoint(OPERATIONS.restoreTrash, 'project:delete', async (call) => {
  await restoreEntry(call);
  return {};
});
