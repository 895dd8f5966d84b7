import type { TextKey, Translate } from '../../shared/i18n/i18n.ts';
import type { RetentionDecision } from './queries.ts';

type Reason = RetentionDecision['reason'];

const REASONS: Readonly<Record<Exclude<Reason['code'], 'unknown'>, TextKey>> = {
  always: 'retention.reason.always',
  latestPushedK: 'retention.reason.latestPushedK',
  latestPulledN: 'retention.reason.latestPulledN',
  nDaysSinceLastPush: 'retention.reason.nDaysSinceLastPush',
  nDaysSinceLastPull: 'retention.reason.nDaysSinceLastPull',
  'no rule here': 'retention.reason.noRuleHere',
  'no rule': 'retention.reason.noRule',
  immutable: 'retention.reason.immutable',
  pinned: 'retention.reason.pinned',
};

export const OUTCOMES: Readonly<Record<NonNullable<RetentionDecision['outcome_code']>, TextKey>> = {
  removed: 'retention.outcome.removed',
  absent: 'retention.outcome.absent',
  changed: 'retention.outcome.changed',
  'in use': 'retention.outcome.inUse',
  immutable: 'retention.outcome.immutable',
  pinned: 'retention.outcome.pinned',
};

/** undefined where only the server's sentence is known. */
export function reasonInWords(t: Translate, { code, amount = 0, tag = '' }: Reason): string | undefined {
  return code === 'unknown' ? undefined : t(REASONS[code], { amount, tag });
}
