import type { immutableRule, immutableRuleRequest } from '@berth/api-contract';
import type { ImmutableRule } from '@berth/registry';
import type { z } from 'zod';
import { selectorsOf } from '../selectors.ts';

export function ruleFromBody(body: z.output<typeof immutableRuleRequest>): Omit<ImmutableRule, 'id'> {
  return {
    priority: body.priority ?? 0,
    disabled: body.disabled ?? false,
    rule: {
      tag_selectors: selectorsOf(body.tag_selectors, ['matches', 'excludes']),
      scope_selectors: { repository: selectorsOf(body.scope_selectors?.['repository'] ?? [{}], ['repoMatches', 'repoExcludes']) },
    },
  };
}

export function ruleView({ id, priority, disabled, rule }: ImmutableRule): z.output<typeof immutableRule> {
  return {
    ...{ id, priority, disabled, action: 'immutable', template: 'immutable_template', params: {} },
    tag_selectors: [...rule.tag_selectors],
    scope_selectors: { repository: [...(rule.scope_selectors.repository ?? [])] },
  };
}
