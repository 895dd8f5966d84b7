import type { ProjectName } from '@berth/oci';
import { describe, expect, it } from 'vitest';
import { patternIn, patternProblem, RepositoryPattern } from './repository-pattern.ts';

const NAMES = ['team/app', 'team/app-a', 'team/app-a/b', 'team/a', 'team/ab/c/d', 'team2/app', 'team/x.y', 'team/xzy'];

describe('a repository pattern', () => {
  it.each([
    ['team/app', ['team/app']],
    ['team/app-*', ['team/app-a']],
    ['team/app*', ['team/app', 'team/app-a']],
    ['team/*', ['team/app', 'team/app-a', 'team/a', 'team/x.y', 'team/xzy']],
    ['team/**', ['team/app', 'team/app-a', 'team/app-a/b', 'team/a', 'team/ab/c/d', 'team/x.y', 'team/xzy']],
    ['team/**/d', ['team/ab/c/d']],
    ['team/?', ['team/a']],
    ['team/x?y', ['team/x.y', 'team/xzy']],
    ['team/x.y', ['team/x.y']],
    ['team/{a,app}', ['team/app', 'team/a']],
    ['team/{app,a}{-a,b/c/d}', ['team/app-a', 'team/ab/c/d']],
  ])('%s matches what it should, here and as a regular expression', (text, expected) => {
    expect(patternProblem(text)).toBeUndefined();
    const pattern = RepositoryPattern.of(text);
    expect(NAMES.filter((name) => pattern.matches(name))).toEqual(expected);
    expect(NAMES.filter((name) => new RegExp(pattern.posix).test(name))).toEqual(expected);
  });

  it.each([
    '',
    'x'.repeat(256),
    'Team/app',
    'team/[ab]',
    'team/a b',
    'team/{a',
    'team/a}',
    'team/{a{b,c}}',
    'team/\\*',
    '{a,b}{a,b}{a,b}{a,b}{a,b}',
  ])('refuses %j', (text) => expect(patternProblem(text)?.text).toMatch(/\.$/));

  it('never leaves its project', () => {
    expect(patternIn('team' as ProjectName, 'app-*')).toBe('team/app-*');
    expect(patternIn('team' as ProjectName, 'team/app-*')).toBe('team/app-*');
    expect(patternIn('team' as ProjectName, '**')).toBe('team/**');
    expect(RepositoryPattern.of(patternIn('team' as ProjectName, '{a,team2/app}')).matches('team2/app')).toBe(false);
    expect(RepositoryPattern.of(patternIn('team' as ProjectName, '*/app')).matches('team2/app')).toBe(false);
  });

  it('takes time in proportion, whatever was written', () => {
    const pattern = RepositoryPattern.of(`team/${'*a'.repeat(100)}`);
    expect(pattern.matches(`team/${'a'.repeat(250)}b`)).toBe(false);
  });
});
