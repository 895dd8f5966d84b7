import { expect, it } from 'vitest';
import { changedSelector, EVERYTHING, selectorFault, takesUntagged, withUntagged } from './rule-scope.ts';

const [ALL] = EVERYTHING.tag_selectors;

it('changes one thing of a selector and keeps the others, also those that no form shows', () => {
  const odd = { kind: 'regex', decoration: 'excludes', pattern: 'v.+', extras: '{"untagged":false,"more":1}' };
  expect(changedSelector(odd, 'tags', { pattern: 'w.+' })).toEqual({ ...odd, pattern: 'w.+' });
  expect(changedSelector(odd, 'tags', { excluding: false })).toEqual({ ...odd, decoration: 'matches' });
  expect(changedSelector(odd, 'tags', { kind: 'semver' })).toEqual({ ...odd, kind: 'semver' });
});

it('names what a selector does as its side and kind do', () => {
  expect(changedSelector(ALL ?? {}, 'repositories', { excluding: true }).decoration).toBe('repoExcludes');
  const label = changedSelector({ ...ALL, extras: '{"untagged":true}' }, 'tags', { kind: 'label', pattern: 'release' });
  expect(label).toEqual({ kind: 'label', decoration: 'withLabels', pattern: 'release' });
  expect(changedSelector(label, 'tags', { excluding: true }).decoration).toBe('withoutLabels');
  expect(changedSelector(label, 'tags', { kind: 'doublestar' }).decoration).toBe('matches');
  expect(changedSelector({}, 'repositories', {})).toEqual({ kind: 'doublestar', decoration: 'repoMatches', pattern: '**' });
});

it('knows whether untagged artifacts are meant, as the server does', () => {
  expect(takesUntagged(withUntagged(EVERYTHING.tag_selectors, false))).toBe(false);
  expect(takesUntagged(withUntagged(EVERYTHING.tag_selectors, true))).toBe(true);
  expect(takesUntagged(EVERYTHING.tag_selectors)).toBe(true);
  expect(takesUntagged([{ extras: 'not json' }])).toBe(false);
  expect(takesUntagged([{ kind: 'label', pattern: 'a' }, { extras: '{"untagged":false}' }])).toBe(false);
  expect(withUntagged([{ kind: 'label', pattern: 'a' }], false)).toEqual([{ kind: 'label', pattern: 'a' }]);
});

it('finds what cannot be sent', () => {
  const faults = [
    { kind: 'doublestar', pattern: ' ' },
    { kind: 'regex', pattern: '(v' },
    { kind: 'regex', pattern: 'v\\d+' },
    { kind: 'doublestar', pattern: '(v' },
    { kind: 'regex', pattern: '(?i)v(?P<major>\\d+)\\-(?s:.)' },
    { kind: 'regex', pattern: '(?i)(v' },
  ].map(selectorFault);
  expect(faults).toEqual(['empty', 'expression', undefined, undefined, undefined, 'expression']);
});
