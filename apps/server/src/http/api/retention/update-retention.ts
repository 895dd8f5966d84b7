import { OPERATIONS } from '@berth/api-contract';
import { say } from '@berth/oci';
import { ApiError } from '../api-error.ts';
import { policyFromBody } from './policy-from-body.ts';
import { noSuchPolicy, retentionEndpoint } from './retention-endpoint.ts';

/** Runs under way go on with the rules they began with. */
export const updateRetention = retentionEndpoint(OPERATIONS.updateRetention, 'update', async ({ parts, body }, policy) => {
  if (body.scope.ref !== policy.projectId)
    throw new ApiError(
      'BAD_REQUEST',
      say('policy-stays')`The policy belongs to project ${{ project: policy.projectId }} and stays there. Nothing was changed.`,
    );
  if (!(await parts.policy.retention.change(policy.id, policyFromBody(body)))) throw noSuchPolicy();
  return {};
});
