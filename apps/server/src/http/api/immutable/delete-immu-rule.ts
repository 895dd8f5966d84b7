import { OPERATIONS } from '@berth/api-contract';
import { say } from '@berth/oci';
import { ApiError } from '../api-error.ts';
import { projectEndpoint } from '../endpoint.ts';

export const deleteImmuRule = projectEndpoint(
  OPERATIONS.DeleteImmuRule,
  'immutable-tag:delete',
  async ({ parts, params }, { projectId }) => {
    if (!(await parts.policy.immutableRules.remove(projectId, params.immutable_rule_id)))
      throw new ApiError('NOT_FOUND', say('no-such-rule')`The project has no rule with this id. Nothing was changed.`);
    return {};
  },
);
