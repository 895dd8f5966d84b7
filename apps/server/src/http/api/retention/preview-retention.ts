import { OPERATIONS } from '@berth/api-contract';
import { principalEndpoint } from '../endpoint.ts';
import { policyFromBody } from './policy-from-body.ts';
import { requireProject } from './retention-endpoint.ts';

export const previewRetention = principalEndpoint(OPERATIONS.previewRetention, async (call) => {
  const projectId = call.body.scope.ref;
  await requireProject(call, 'read', projectId);
  return { json: await call.parts.policy.retentionRuns.preview(projectId, policyFromBody(call.body).rules) };
});
