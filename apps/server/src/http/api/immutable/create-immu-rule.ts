import { OPERATIONS } from '@berth/api-contract';
import { say } from '@berth/oci';
import { ApiError } from '../api-error.ts';
import { API_BASE } from '../api-parts.ts';
import { projectEndpoint } from '../endpoint.ts';
import { ruleFromBody } from './rule-from-body.ts';

export const createImmuRule = projectEndpoint(OPERATIONS.CreateImmuRule, 'immutable-tag:create', async ({ parts, body }, { projectId }) => {
  const id = await parts.policy.immutableRules.add(projectId, ruleFromBody(body));
  if (id === undefined) throw new ApiError('CONFLICT', say('same-rule')`The project has the same rule already. Nothing was changed.`);
  return { headers: { location: `${API_BASE}/projects/${projectId}/immutabletagrules/${id}` } };
});
