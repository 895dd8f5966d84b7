import { OPERATIONS } from '@berth/api-contract';
import { projectEndpoint } from '../endpoint.ts';
import { restoreEntry } from './trash-replies.ts';

export const restoreProjectTrash = projectEndpoint(OPERATIONS.restoreProjectTrash, 'repository:delete', async (call, standing) => {
  await restoreEntry(call, standing);
  return {};
});
