import { OPERATIONS } from '@berth/api-contract';
import { say } from '@berth/oci';
import { ApiError } from '../api-error.ts';
import { systemEndpoint } from '../endpoint.ts';
import { quotaView } from './quota-view.ts';

export const getQuota = systemEndpoint(OPERATIONS.getQuota, 'quota:read', async ({ parts, params }) => {
  const found = await parts.policy.quotas.find(params.id);
  if (found === undefined) throw new ApiError('NOT_FOUND', say('no-such-quota')`No quota has this id.`);
  return { json: quotaView(found) };
});
