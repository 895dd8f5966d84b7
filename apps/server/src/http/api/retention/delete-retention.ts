import { OPERATIONS } from '@berth/api-contract';
import { noSuchPolicy, retentionEndpoint } from './retention-endpoint.ts';

export const deleteRetention = retentionEndpoint(OPERATIONS.deleteRetention, 'delete', async ({ parts }, { id }) => {
  if (!(await parts.policy.retention.remove(id))) throw noSuchPolicy();
  return {};
});
