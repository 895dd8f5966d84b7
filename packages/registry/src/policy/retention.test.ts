import { expect, it } from 'vitest';
import { decideRetention, type RetentionCandidate, type RetentionRule } from './retention.ts';
import type { Selector } from './selectors.ts';

const now = new Date('2026-06-30T00:00:00Z');
const daysAgo = (days: number): Date => new Date(now.getTime() - days * 86_400_000);
const any: Selector = { kind: 'doublestar', decoration: 'matches', pattern: '**' };

function artifact(digest: string, pushed: number, more: Partial<RetentionCandidate> = {}): RetentionCandidate {
  return { digest, tags: [digest], labels: [], pushedAt: daysAgo(pushed), pulledAt: undefined, pinned: false, ...more };
}

function rule(template: RetentionRule['template'], amount: number, more: Partial<RetentionRule> = {}): RetentionRule {
  return { disabled: false, template, amount, tagSelectors: [any], repositorySelectors: [], ...more };
}

function kept(rules: readonly RetentionRule[], candidates: readonly RetentionCandidate[], repository = 'team/app'): string[] {
  return decideRetention(rules, { repository, candidates, now })
    .filter(({ action }) => action === 'retain')
    .map(({ digest }) => digest);
}

const three = [artifact('a', 1, { pulledAt: daysAgo(9) }), artifact('b', 5, { pulledAt: daysAgo(2) }), artifact('c', 30)];

it.each([
  ['latestPushedK', 2, ['a', 'b']],
  ['latestPulledN', 1, ['b']],
  ['nDaysSinceLastPush', 5, ['a', 'b']],
  ['nDaysSinceLastPull', 3, ['b']],
  ['nDaysSinceLastPull', 30, ['a', 'b', 'c']],
  ['always', 0, ['a', 'b', 'c']],
  ['latestPushedK', 0, []],
] as const)('%s %i keeps %o', (template, amount, expected) => expect(kept([rule(template, amount)], three)).toEqual(expected));

it('adds rules up, and leaves alone where none applies', () => {
  expect(kept([rule('latestPushedK', 1), rule('latestPulledN', 1)], three)).toEqual(['a', 'b']);
  expect(kept([rule('latestPushedK', 1, { disabled: true })], three)).toEqual(['a', 'b', 'c']);
  const elsewhere = { repositorySelectors: [{ kind: 'doublestar', decoration: 'repoMatches', pattern: 'tool/**' }] };
  expect(kept([rule('latestPushedK', 0, elsewhere)], three)).toEqual(['a', 'b', 'c']);
  expect(kept([rule('latestPushedK', 0, elsewhere)], three, 'team/tool/x')).toEqual([]);
});

it('asks any tag of an artifact, its labels, versions, and whether it has no tag', () => {
  const tagged = (selector: Partial<Selector>) => rule('always', 0, { tagSelectors: [{ ...any, ...selector }] });
  const candidates = [
    artifact('a', 1, { tags: ['v1.2.0', 'latest'] }),
    artifact('b', 1, { tags: ['dev'], labels: ['keep'] }),
    artifact('c', 1, { tags: [] }),
  ];
  expect(kept([tagged({ pattern: 'v*', extras: '{"untagged":false}' })], candidates)).toEqual(['a']);
  expect(kept([tagged({ pattern: 'v*', extras: '{"untagged":true}' })], candidates)).toEqual(['a', 'c']);
  expect(kept([tagged({ pattern: 'v*' })], candidates)).toEqual(['a', 'c']);
  expect(kept([tagged({ kind: 'label', decoration: 'withLabels', pattern: 'keep' })], candidates)).toEqual(['b']);
  expect(kept([tagged({ kind: 'label', decoration: 'withoutLabels', pattern: 'keep' })], candidates)).toEqual(['a', 'c']);
  expect(kept([tagged({ kind: 'semver', pattern: '^1', extras: '{}' })], candidates)).toEqual(['a']);
  expect(kept([tagged({ kind: 'regex', pattern: 'de.', extras: 'no json' })], candidates)).toEqual(['b']);
});

it('says why, the same whatever the order', () => {
  const [first, second] = [artifact('x', 3), artifact('y', 3)];
  const forth = decideRetention([rule('latestPushedK', 1)], { repository: 'team/app', candidates: [first, second], now });
  const back = decideRetention([rule('latestPushedK', 1)], { repository: 'team/app', candidates: [second, first], now });
  expect(forth).toEqual([...back].reverse());
  expect(forth.map(({ because }) => because)).toEqual(['It is one of the 1 pushed last.', 'No rule keeps it.']);
});
