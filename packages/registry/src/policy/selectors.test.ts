import { describe, expect, it } from 'vitest';
import { Glob } from './glob.ts';
import { selectorProblem, selects } from './selectors.ts';

describe('patterns', () => {
  it.each([
    ['**', 'a/b', true],
    ['*', 'a/b', false],
    ['*', '', true],
    ['v?', 'v1', true],
    ['v?', 'v', false],
    ['v[0-9].*', 'v1.2', true],
    ['v[^0-9]', 'v1', false],
    ['{dev,test}-*', 'test-1', true],
    ['{dev,te{s,x}t}', 'text', true],
    ['release-**-end', 'release-a/b-end', true],
    ['a.b', 'axb', false],
    ['\\*', '*', true],
    ['\\*', 'x', false],
  ])('%s at %j: %s', (pattern, text, expected) => expect(new Glob(pattern).matches(text)).toBe(expected));

  it('takes no time for one that would ruin a regular expression', () => {
    expect(new Glob(`${'*a'.repeat(100)}b`).matches('a'.repeat(128))).toBe(false);
  });

  it.each(['{a', '[a', 'x'.repeat(257), '{a,b}'.repeat(10)])('refuses %s', (pattern) =>
    expect(() => new Glob(pattern)).toThrow(RangeError),
  );
});

describe('selectors', () => {
  const selector = (kind: string, pattern: string, decoration = 'matches') => ({ kind, pattern, decoration });
  it.each([
    [selector('regex', 'v\\d+'), 'v12', true],
    [selector('regex', 'v\\d+'), 'xv12', false],
    [selector('semver', '^1.2'), 'v1.3.0', true],
    [selector('semver', '^1.2'), '1.9', true],
    [selector('semver', '^1.2'), 'latest', false],
    [selector('semver', '>=1.0.0'), '2.0.0-rc.1', true],
    [selector('doublestar', 'a*', 'excludes'), 'abc', false],
    [selector('doublestar', 'a*', 'repoExcludes'), 'b', true],
  ])('%o at %s: %s', (given, text, expected) => expect(selects(given, text)).toBe(expected));

  it.each([
    selector('regex', '(a+)+'),
    selector('regex', '(?=a)b'),
    selector('regex', '(a)\\1'),
    selector('regex', '.*.*.*.*'),
    selector('regex', '('),
    selector('semver', 'soon'),
    selector('magic', 'a'),
  ])('refuses %o', (given) => expect(selectorProblem(given)).toHaveProperty('reason', expect.any(String)));
});
