import { OPERATIONS } from '@berth/api-contract';
import { immutableTags } from '@berth/registry';
import { projectEndpoint } from '../endpoint.ts';
import { ruleFromBody } from './rule-from-body.ts';

const MAX_LOOKED = 20_000;
const MAX_SHOWN = 100;

/** By the same words that decide about a push. */
export const previewImmuRule = projectEndpoint(OPERATIONS.previewImmuRule, 'immutable-tag:list', async ({ parts, body }, { projectId }) => {
  const { rule } = ruleFromBody(body);
  const found = await parts.policy.immutableRules.tagNames(projectId, MAX_LOOKED + 1);
  const looked = found.slice(0, MAX_LOOKED);
  const matched = looked.filter(({ repository, tag }) => immutableTags([rule], repository, [tag]).length > 0);
  return {
    json: { looked: looked.length, truncated: found.length > MAX_LOOKED, matched: matched.length, tags: matched.slice(0, MAX_SHOWN) },
  };
});
