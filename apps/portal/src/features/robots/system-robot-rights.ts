import { type Permission, permissionOf, wordOf } from '../../shared/people/permissions.ts';
import type { RobotPermissions } from './queries.ts';

const EVERY_PROJECT = '*';
const SYSTEM = '/';

/** The rights of a robot of the system as its form has them. */
export interface RightsDraft {
  readonly everywhere: boolean;
  /** Names of projects, one a line. */
  readonly projects: string;
  readonly inProjects: ReadonlySet<string>;
  readonly inSystem: ReadonlySet<string>;
}

export const PULL_ONLY: RightsDraft = {
  everywhere: false,
  projects: '',
  inProjects: new Set(['repository:pull']),
  inSystem: new Set(),
};

export function draftOf(permissions: RobotPermissions): RightsDraft {
  const projects = permissions.filter(({ kind }) => kind === 'project');
  const system = permissions.filter(({ kind }) => kind === 'system');
  return {
    everywhere: projects.some(({ namespace }) => namespace === EVERY_PROJECT),
    projects: projects
      .map(({ namespace }) => namespace)
      .filter((name) => name !== EVERY_PROJECT)
      .join('\n'),
    inProjects: new Set(projects.flatMap(({ access }) => access.map(wordOf))),
    inSystem: new Set(system.flatMap(({ access }) => access.map(wordOf))),
  };
}

/** Does the robot have other rights in one project than in another? A form with one list for all would change that. */
export function isMixed(permissions: RobotPermissions): boolean {
  const lists = permissions.filter(({ kind }) => kind === 'project').map(({ access }) => access.map(wordOf).sort().join());
  return new Set(lists).size > 1;
}

/** As the API wants them; empty when nothing would be allowed. */
export function permissionsOf({ everywhere, projects, inProjects, inSystem }: RightsDraft): RobotPermissions {
  const access = accessOf(inProjects);
  const names = everywhere ? [EVERY_PROJECT] : namesOf(projects);
  return [
    ...(access.length === 0 ? [] : names.map((namespace) => ({ kind: 'project' as const, namespace, access }))),
    ...(inSystem.size === 0 ? [] : [{ kind: 'system' as const, namespace: SYSTEM, access: accessOf(inSystem) }]),
  ];
}

function accessOf(words: ReadonlySet<string>): Permission[] {
  return [...words].map(permissionOf);
}

function namesOf(text: string): string[] {
  return [...new Set(text.split(/[\s,]+/).filter((name) => name !== ''))];
}
