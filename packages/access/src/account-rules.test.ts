import { expect, it } from 'vitest';
import { commentProblem, emailProblem, passwordProblem, realnameProblem, usernameProblem } from './account-rules.ts';

it.each([
  [
    passwordProblem,
    ['Passw0rd', `Aa1${'x'.repeat(125)}`, 'Pässwort 1A'],
    ['Passw0r', 'password1', 'PASSWORD1', 'Password', `Aa1${'x'.repeat(126)}`, ''],
  ],
  [
    usernameProblem,
    ['a', 'anna.b', 'Ünal', 'x'.repeat(255), 'a b'],
    ['', ' a', 'a ', 'a,b', 'a#b', 'a$b', 'a%b', 'a~b', 'a"b', 'a:b', 'a\0b', 'a\nb', 'x'.repeat(256)],
  ],
  [
    emailProblem,
    ['a@example.com', 'a.b+c@sub.example.org'],
    ['', 'a', 'a@b', '@example.com', 'a@exa mple.com', 'a@@example.com', `${'x'.repeat(250)}@example.com`, 'a@-x.com'],
  ],
  [realnameProblem, ['Anna B.', 'x'.repeat(255)], ['', 'a,b', 'x'.repeat(256), 'a\0']],
  [commentProblem, ['', 'x'.repeat(30)], ['x'.repeat(31)]],
])('%o takes %j and refuses %j with a sentence', (problem, good, bad) => {
  for (const value of good) expect(problem(value), value).toBeUndefined();
  for (const value of bad) expect(problem(value)?.text, value).toMatch(/\.$/);
});
