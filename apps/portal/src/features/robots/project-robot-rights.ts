import { permissionOf, wordOf } from '../../shared/people/permissions.ts';
import type { RobotPermissions } from './queries.ts';

/** What most robots may; everything else is chosen right by right. */
const PRESETS = {
  pull: ['repository:pull'],
  push: ['repository:pull', 'repository:push'],
} as const;

export type Preset = keyof typeof PRESETS;

/** The preset that allows exactly this; undefined where it was chosen right by right. */
export function presetOf(words: ReadonlySet<string>): Preset | undefined {
  const held = [...words].sort().join();
  return (['pull', 'push'] as const).find((preset) => [...PRESETS[preset]].sort().join() === held);
}

export function wordsOfPreset(preset: Preset): ReadonlySet<string> {
  return new Set(PRESETS[preset]);
}

export function wordsOf(permissions: RobotPermissions): ReadonlySet<string> {
  return new Set(permissions.flatMap(({ access }) => access.map(wordOf)));
}

/** As the API wants them of a robot of `project`. */
export function inProject(project: string, words: ReadonlySet<string>): RobotPermissions {
  return [{ kind: 'project', namespace: project, access: [...words].map(permissionOf) }];
}
