import { OPERATIONS } from '@berth/api-contract';
import { say } from '@berth/oci';
import { ApiError } from '../api-error.ts';
import { API_BASE } from '../api-parts.ts';
import { principalEndpoint } from '../endpoint.ts';
import { policyFromBody } from './policy-from-body.ts';
import { requireProject } from './retention-endpoint.ts';

export const createRetention = principalEndpoint(OPERATIONS.createRetention, async (call) => {
  const projectId = call.body.scope.ref;
  await requireProject(call, 'create', projectId);
  const made = await call.parts.policy.retention.create({ projectId, ...policyFromBody(call.body) });
  if ('taken' in made) {
    throw new ApiError(
      'BAD_REQUEST',
      say(
        'policy-exists',
      )`project ${{ project: projectId }} already has retention policy ${{ policy: made.taken }}. Nothing was changed; change that one (PUT /retentions/${{ policy: made.taken }}).`,
    );
  }
  return { headers: { location: `${API_BASE}/retentions/${made.id}` } };
});
