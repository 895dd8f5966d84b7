import { expect, it } from 'vitest';
import { bodyOf, draftOf, FIRST_RULE, isAmount, scheduleName } from './policy-draft.ts';

const LABELS = [{ kind: 'label', decoration: 'withLabels', pattern: 'release' }];

it('gives back what it was given, selectors that no form shows too', () => {
  const rule = { id: 1, priority: 1, disabled: true, action: 'retain', template: 'nDaysSinceLastPush', params: { nDaysSinceLastPush: 7 } };
  const policy = {
    id: 4,
    algorithm: 'or',
    rules: [{ ...rule, tag_selectors: LABELS, scope_selectors: { repository: [] } }],
    trigger: { kind: 'Schedule', settings: { cron: '0 30 2 * * *' }, references: {} },
    scope: { level: 'project', ref: 7 },
  };
  const { id: _id, priority: _priority, ...kept } = rule;
  expect(bodyOf(7, draftOf(policy))).toEqual({
    algorithm: 'or',
    rules: [{ ...kept, tag_selectors: LABELS, scope_selectors: { repository: [] } }],
    trigger: policy.trigger,
    scope: policy.scope,
  });
});

it('sends no number where the template has none', () => {
  expect(bodyOf(1, { rules: [{ ...FIRST_RULE, template: 'always' }], cron: '' })).toMatchObject({ rules: [{ params: {} }] });
});

it('knows numbers and schedules', () => {
  expect([0, 1, 1.5, 15_000, 15_001, Number.NaN].map(isAmount)).toEqual([false, true, false, true, false, false]);
  expect(['', '0 0 2 * * *', '0 5 2 * * *'].map(scheduleName)).toEqual(['none', 'daily', 'custom']);
});
