import { expect, it } from 'vitest';
import { parseReference } from './parse-reference.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;

it.each(['', 'team', 'a b/c', '../x/y', 'Team/App', '/x/y', `${DIGEST}`, '<script>/x'])('takes %j for no reference', (text) =>
  expect(parseReference(text)).toBeUndefined(),
);

it.each([
  ['team/app', { project: 'team', repository: 'app' }],
  ['team/web/app:v1', { project: 'team', repository: 'web/app', reference: 'v1' }],
  ['localhost/team/app:v1', { project: 'team', repository: 'app', reference: 'v1' }],
  ['registry.example.com:8443/team/web/app', { project: 'team', repository: 'web/app' }],
  ['docker pull localhost:8080/team/app:v1 ', { project: 'team', repository: 'app', reference: 'v1' }],
  ['oci://registry.example.com/team/charts/web', { project: 'team', repository: 'charts/web' }],
  [`https://registry.example.com/team/app:v1@${DIGEST}`, { project: 'team', repository: 'app', reference: DIGEST }],
])('reads %s', (text, parsed) => expect(parseReference(text)).toEqual(parsed));
