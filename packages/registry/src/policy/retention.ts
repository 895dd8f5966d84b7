import { excludes, type Selector, selects } from './selectors.ts';

/** What a rule looks at: one artifact of a repository, with its tags. */
export interface RetentionCandidate {
  readonly digest: string;
  readonly tags: readonly string[];
  readonly labels: readonly string[];
  readonly pushedAt: Date;
  readonly pulledAt: Date | undefined;
  readonly pinned: boolean;
}

/** Harbor's templates, and what each counts. */
export const RETENTION_TEMPLATES = {
  latestPushedK: 'artifacts',
  latestPulledN: 'artifacts',
  nDaysSinceLastPush: 'days',
  nDaysSinceLastPull: 'days',
  always: undefined,
} as const;
export type RetentionTemplate = keyof typeof RETENTION_TEMPLATES;

export interface RetentionRule {
  readonly disabled: boolean;
  readonly template: RetentionTemplate;
  /** Artifacts or days; of `always` without meaning. */
  readonly amount: number;
  /** All must take a tag for the rule to keep it. */
  readonly tagSelectors: readonly Selector[];
  /** All must take the repository, without its project. */
  readonly repositorySelectors: readonly Selector[];
}

/** Why something stays or goes, to be told in any language. `unknown`: decided by an earlier version, which kept the sentence only. */
export interface RetentionReason {
  readonly code: RetentionTemplate | 'no rule here' | 'no rule' | 'immutable' | 'pinned' | 'unknown';
  /** Of a template: artifacts or days. */
  readonly amount?: number;
  /** That an immutability rule holds. */
  readonly tag?: string;
}

export interface RetentionDecision {
  readonly digest: string;
  readonly tags: readonly string[];
  readonly action: 'retain' | 'delete';
  readonly reason: RetentionReason;
  /** The reason as a sentence. */
  readonly because: string;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * What stays of a repository and what goes: an artifact stays when some rule keeps it, or a pin. A repository that no rule is about is left alone.
 * Pure: `now` is the moment of the run.
 */
export function decideRetention(
  rules: readonly RetentionRule[],
  { repository, candidates, now }: { readonly repository: string; readonly candidates: readonly RetentionCandidate[]; readonly now: Date },
): readonly RetentionDecision[] {
  const rest = repository.slice(repository.indexOf('/') + 1);
  const here = rules.filter((rule) => !rule.disabled && rule.repositorySelectors.every((selector) => selects(selector, rest)));
  if (here.length === 0) return candidates.map((candidate) => decision(candidate, 'retain', { code: 'no rule here' }));
  const kept = new Map<string, RetentionReason>();
  for (const rule of here) {
    const matching = candidates.filter((candidate) => takes(rule, candidate));
    for (const { digest } of keptBy(rule, matching, now)) if (!kept.has(digest)) kept.set(digest, reasonOf(rule));
  }
  return candidates.map((candidate) => {
    const reason = kept.get(candidate.digest);
    if (reason !== undefined) return decision(candidate, 'retain', reason);
    return candidate.pinned ? decision(candidate, 'retain', { code: 'pinned' }) : decision(candidate, 'delete', { code: 'no rule' });
  });
}

/** The same artifact stays, since one of its tags may not go. */
export function heldByImmutability(candidate: RetentionDecision, tag: string): RetentionDecision {
  return decision(candidate, 'retain', { code: 'immutable', tag });
}

type Judged = Pick<RetentionDecision, 'digest' | 'tags'>;

function decision({ digest, tags }: Judged, action: RetentionDecision['action'], reason: RetentionReason): RetentionDecision {
  return { digest, tags, action, reason, because: inWords(reason) };
}

function reasonOf({ template, amount }: RetentionRule): RetentionReason {
  return template === 'always' ? { code: template } : { code: template, amount };
}

/** An artifact counts when one of its tags does; one without tags where the selector says so, as Harbor's do unless told otherwise. */
function takes({ tagSelectors }: RetentionRule, candidate: RetentionCandidate): boolean {
  return tagSelectors.every((selector) => {
    if (selector.kind === 'label') return candidate.labels.includes(selector.pattern) !== excludes(selector);
    if (candidate.tags.length === 0) return takesUntagged(selector);
    return candidate.tags.some((tag) => selects(selector, tag));
  });
}

function takesUntagged({ extras }: Selector): boolean {
  if (extras === undefined || extras === '') return true;
  try {
    return (JSON.parse(extras) as { untagged?: unknown } | null)?.untagged === true;
  } catch (error) {
    // Harbor keeps what was sent; text that is no JSON asks for nothing.
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

function keptBy({ template, amount }: RetentionRule, candidates: readonly RetentionCandidate[], now: Date): readonly RetentionCandidate[] {
  const since = now.getTime() - amount * DAY_MS;
  switch (template) {
    case 'always':
      return candidates;
    case 'latestPushedK':
      return latest(candidates, ({ pushedAt }) => pushedAt, amount);
    case 'latestPulledN':
      return latest(candidates, ({ pulledAt }) => pulledAt, amount);
    case 'nDaysSinceLastPush':
      return candidates.filter(({ pushedAt }) => pushedAt.getTime() >= since);
    case 'nDaysSinceLastPull':
      // What was never pulled has not been there long enough to tell, until it has: its push counts.
      return candidates.filter(({ pulledAt, pushedAt }) => (pulledAt ?? pushedAt).getTime() >= since);
  }
}

/** What never was, comes last; of equals, the digest decides, so that a dry run and the run after it agree. */
function latest(
  candidates: readonly RetentionCandidate[],
  moment: (candidate: RetentionCandidate) => Date | undefined,
  count: number,
): readonly RetentionCandidate[] {
  const time = (candidate: RetentionCandidate): number => moment(candidate)?.getTime() ?? Number.NEGATIVE_INFINITY;
  return [...candidates].sort((a, b) => compare(time(b), time(a)) || compare(a.digest, b.digest)).slice(0, count);
}

function compare(a: number | string, b: number | string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function inWords({ code, amount = 0, tag = '' }: RetentionReason): string {
  switch (code) {
    case 'no rule here':
      return 'No rule is about this repository.';
    case 'no rule':
      return 'No rule keeps it.';
    case 'immutable':
      return `An immutability rule holds its tag ${tag}.`;
    case 'pinned':
      return 'It is pinned.';
    case 'always':
      return 'A rule keeps it always.';
    case 'latestPushedK':
      return `It is one of the ${amount} pushed last.`;
    case 'latestPulledN':
      return `It is one of the ${amount} pulled last.`;
    case 'nDaysSinceLastPush':
      return `It was pushed within the last ${amount} days.`;
    case 'nDaysSinceLastPull':
      return `It was pulled within the last ${amount} days.`;
    case 'unknown':
      return 'The reason was not kept.';
  }
}
