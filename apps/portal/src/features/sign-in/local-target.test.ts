import { expect, it } from 'vitest';
import { localTarget } from './local-target.ts';

it.each([
  '//evil.example/',
  '/\\evil.example',
  'https://evil.example/',
  'javascript:alert(1)',
  'projects',
  '',
  '/sign-in',
  '/\t/evil.example',
  undefined,
])('refuses %j', (to) => expect(localTarget(to)).toBeUndefined());

it('keeps the path and what it asks for', () => {
  expect(localTarget('/projects/team?page=2&filter=a%2Fb')).toBe('/projects/team?page=2&filter=a%2Fb');
});
