import { expect, it } from 'vitest';
import { draftOf, isMixed, permissionsOf } from './system-robot-rights.ts';

const PULL = { resource: 'repository', action: 'pull' };
const PUSH = { resource: 'repository', action: 'push' };
const LIST = { resource: 'user', action: 'list' };

it('comes back from the form as it was', () => {
  const held = [
    { kind: 'project' as const, namespace: 'team', access: [PULL, PUSH] },
    { kind: 'project' as const, namespace: 'library', access: [PULL, PUSH] },
    { kind: 'system' as const, namespace: '/', access: [LIST] },
  ];
  expect(permissionsOf(draftOf(held))).toEqual(held);
  expect(permissionsOf(draftOf([{ kind: 'project', namespace: '*', access: [PULL] }]))).toEqual([
    { kind: 'project', namespace: '*', access: [PULL] },
  ]);
});

it('takes names from lines and commas once, and sends no empty list', () => {
  const draft = {
    everywhere: false,
    projects: ' team\nlibrary, team\n\n',
    inProjects: new Set(['repository:pull']),
    inSystem: new Set<string>(),
  };
  expect(permissionsOf(draft).map(({ namespace }) => namespace)).toEqual(['team', 'library']);
  expect(permissionsOf({ ...draft, inProjects: new Set() })).toEqual([]);
  expect(permissionsOf({ ...draft, projects: '  ' })).toEqual([]);
});

it('sees rights that differ from project to project', () => {
  const one = { kind: 'project' as const, namespace: 'team', access: [PULL, PUSH] };
  expect(isMixed([one, { ...one, namespace: 'library', access: [PUSH, PULL] }])).toBe(false);
  expect(isMixed([one, { ...one, namespace: 'library', access: [PULL] }])).toBe(true);
});
