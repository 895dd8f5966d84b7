import { OPERATIONS } from '@berth/api-contract';
import { say } from '@berth/oci';
import { ApiError } from '../api-error.ts';
import { projectEndpoint } from '../endpoint.ts';
import { ruleFromBody } from './rule-from-body.ts';

export const updateImmuRule = projectEndpoint(
  OPERATIONS.UpdateImmuRule,
  'immutable-tag:update',
  async ({ parts, params, body }, { projectId }) => {
    switch (await parts.policy.immutableRules.change(projectId, params.immutable_rule_id, ruleFromBody(body))) {
      case 'changed':
        return {};
      case 'absent':
        throw new ApiError('NOT_FOUND', say('no-such-rule')`The project has no rule with this id. Nothing was changed.`);
      case 'exists':
        throw new ApiError('CONFLICT', say('same-rule')`The project has the same rule already. Nothing was changed.`);
    }
  },
);
