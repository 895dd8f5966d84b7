import { OPERATIONS } from '@berth/api-contract';
import { say } from '@berth/oci';
import { ApiError } from '../api-error.ts';
import { systemEndpoint } from '../endpoint.ts';

/** A limit below what is used keeps what is there, and takes nothing more. */
export const updateQuota = systemEndpoint(OPERATIONS.updateQuota, 'quota:update', async ({ parts, params, body }) => {
  if (!(await parts.policy.quotas.setHard(params.id, body.hard.storage)))
    throw new ApiError('NOT_FOUND', say('no-such-quota')`No quota has this id. Nothing was changed.`);
  return {};
});
