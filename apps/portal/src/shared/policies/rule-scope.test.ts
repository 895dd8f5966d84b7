import { expect, it } from 'vitest';
import { EVERYTHING, scopeOf, selectorsOf, takesUntagged } from './rule-scope.ts';

it('comes back from selectors as it was', () => {
  for (const scope of [
    EVERYTHING,
    { repositories: { excluding: true, pattern: 'web/**' }, tags: { excluding: true, pattern: '{dev,pr}-*' } },
  ])
    expect(scopeOf(selectorsOf(scope))).toEqual(scope);
});

it('does not show what it could not give back', () => {
  const { tag_selectors: tags, scope_selectors: scope } = selectorsOf(EVERYTHING);
  expect(scopeOf({ tag_selectors: [...tags, ...tags], scope_selectors: scope })).toBeUndefined();
  expect(scopeOf({ tag_selectors: tags.map((tag) => ({ ...tag, kind: 'regex' })), scope_selectors: scope })).toBeUndefined();
  expect(scopeOf({ tag_selectors: tags, scope_selectors: {} })).toBeUndefined();
});

it('knows whether untagged artifacts are meant', () => {
  expect(takesUntagged(selectorsOf(EVERYTHING, false).tag_selectors)).toBe(false);
  expect(takesUntagged(selectorsOf(EVERYTHING, true).tag_selectors)).toBe(true);
  expect(takesUntagged(selectorsOf(EVERYTHING).tag_selectors)).toBe(true);
  expect(takesUntagged([{ extras: 'not json' }])).toBe(true);
});
