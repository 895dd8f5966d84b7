import type { retentionPolicy } from '@berth/api-contract';
import type { z } from 'zod';
import { EVERYTHING, type RuleSelectors, withUntagged } from '../../shared/policies/rule-scope.ts';

/** Harbor's templates, with what their number counts. */
export const TEMPLATES = {
  latestPushedK: 'artifacts',
  latestPulledN: 'artifacts',
  nDaysSinceLastPush: 'days',
  nDaysSinceLastPull: 'days',
  always: undefined,
} as const;
export type Template = keyof typeof TEMPLATES;
export const TEMPLATE_NAMES = Object.keys(TEMPLATES) as Template[];

const MAX_AMOUNT = 15_000;

/** A rule as it is edited; the selectors are as the API has them. */
export interface RuleDraft extends RuleSelectors {
  readonly template: Template;
  readonly amount: number;
  readonly disabled: boolean;
}

export interface PolicyDraft {
  readonly rules: readonly RuleDraft[];
  /** Six fields; empty: only by hand. */
  readonly cron: string;
}

export const NO_POLICY: PolicyDraft = { rules: [], cron: '' };

export const FIRST_RULE: RuleDraft = {
  ...{ template: 'latestPushedK', amount: 10, disabled: false },
  tag_selectors: withUntagged(EVERYTHING.tag_selectors, true),
  scope_selectors: EVERYTHING.scope_selectors,
};

export function draftOf({ rules, trigger }: z.output<typeof retentionPolicy>): PolicyDraft {
  const { cron } = trigger.settings as { readonly cron?: unknown };
  return {
    rules: rules.map(({ template, params, disabled, tag_selectors, scope_selectors }) => ({
      ...{ template: template as Template, amount: params[template] ?? 0, disabled, tag_selectors, scope_selectors },
    })),
    cron: typeof cron === 'string' ? cron : '',
  };
}

export function bodyOf(projectId: number, { rules, cron }: PolicyDraft): object {
  return {
    algorithm: 'or',
    rules: rules.map(({ template, amount, disabled, tag_selectors, scope_selectors }) => ({
      ...{ action: 'retain', template, disabled, tag_selectors, scope_selectors },
      params: TEMPLATES[template] === undefined ? {} : { [template]: amount },
    })),
    trigger: { kind: 'Schedule', settings: { cron }, references: {} },
    scope: { level: 'project', ref: projectId },
  };
}

export function isAmount(amount: number): boolean {
  return Number.isInteger(amount) && amount >= 1 && amount <= MAX_AMOUNT;
}

/** Schedules that have a name; anything else is written as cron. */
export const SCHEDULES = { none: '', hourly: '0 0 * * * *', daily: '0 0 2 * * *', weekly: '0 0 2 * * 0' } as const;
export type ScheduleName = keyof typeof SCHEDULES | 'custom';
export const SCHEDULE_NAMES = [...(Object.keys(SCHEDULES) as (keyof typeof SCHEDULES)[]), 'custom'] as const;

export function scheduleName(cron: string): ScheduleName {
  return (Object.entries(SCHEDULES) as [keyof typeof SCHEDULES, string][]).find(([, one]) => one === cron)?.[0] ?? 'custom';
}
