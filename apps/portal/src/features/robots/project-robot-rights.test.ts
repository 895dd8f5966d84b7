import { expect, test } from 'vitest';
import { inProject, presetOf, wordsOf, wordsOfPreset } from './project-robot-rights.ts';

test.each(['pull', 'push'] as const)('the preset %s is found again in what the API holds of it', (preset) => {
  expect(presetOf(wordsOf(inProject('team', wordsOfPreset(preset))))).toBe(preset);
});

test('rights that no preset has are chosen ones, however they are ordered', () => {
  const words = new Set(['tag:list', 'repository:pull']);
  expect(presetOf(words)).toBeUndefined();
  expect(presetOf(new Set())).toBeUndefined();
  expect(presetOf(new Set(['repository:push', 'repository:pull']))).toBe('push');
  expect(inProject('team', words)).toEqual([
    {
      kind: 'project',
      namespace: 'team',
      access: [
        { resource: 'tag', action: 'list' },
        { resource: 'repository', action: 'pull' },
      ],
    },
  ]);
});
