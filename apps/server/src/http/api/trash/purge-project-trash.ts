import { OPERATIONS } from '@berth/api-contract';
import { projectEndpoint } from '../endpoint.ts';
import { purgeEntry } from './trash-replies.ts';

export const purgeProjectTrash = projectEndpoint(OPERATIONS.purgeProjectTrash, 'repository:delete', async (call, standing) => {
  await purgeEntry(call, standing);
  return {};
});
