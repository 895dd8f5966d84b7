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
    [selector('regex', 'v1|v2'), 'v2x', false],
    [selector('regex', 'v\\d+(\\.\\d+)*(-rc|-beta)?'), 'v1.2.3-rc', true],
    [selector('regex', '(?<year>\\d{4})-\\d\\d'), '2026-11', true],
    [selector('regex', '\\u0076\\p{Nd}'), 'v1', true],
    [selector('semver', '^1.2'), 'v1.3.0', true],
    [selector('semver', '^1.2'), '1.9', true],
    [selector('semver', '^1.2'), 'latest', false],
    [selector('semver', '>=1.0.0'), '2.0.0-rc.1', true],
    [selector('doublestar', 'a*', 'excludes'), 'abc', false],
    [selector('doublestar', 'a*', 'repoExcludes'), 'b', true],
  ])('%o at %s: %s', (given, text, expected) => expect(selects(given, text)).toBe(expected));

  it.each([
    selector('regex', '(?=a)b'),
    selector('regex', '(?<!a)b'),
    selector('regex', '(a)\\1'),
    selector('regex', '[ab]{0,1000}[ab]{0,1000}'),
    selector('regex', 'a{2000}'),
    selector('regex', '('),
    selector('semver', 'soon'),
    selector('magic', 'a'),
  ])('refuses %o', (given) => expect(selectorProblem(given)).toHaveProperty('reason', expect.any(String)));

  /** Each of them would keep a backtracking engine, and with it the server, busy for years. */
  it.each([
    ['a?'.repeat(80) + 'a'.repeat(80), 'a'.repeat(79)],
    ['(a|a)'.repeat(50), `${'a'.repeat(50)}b`],
    ['[ab]{0,9}'.repeat(28), `${'a'.repeat(100)}c`],
    ['(a+)+', `${'a'.repeat(100)}b`],
  ])('takes no time for %s', (pattern, text) => {
    const given = selector('regex', pattern);
    expect(selectorProblem(given)).toBeUndefined();
    expect(selects(given, text)).toBe(false);
  });
});
