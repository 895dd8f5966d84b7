import { PUBLIC_ACTIONS, type ProjectAction, type SystemAction } from './permissions.ts';

/** Rights listed one by one: all that a robot has, or what a personal access token leaves of its owner's. */
export interface RightSet {
  readonly system: ReadonlySet<SystemAction>;
  readonly projects: readonly ProjectRights[];
}

export interface ProjectRights {
  /** `every`: in each project, whenever it was made. */
  readonly project: number | 'every';
  readonly actions: ReadonlySet<ProjectAction>;
}

/** As stored and as asked for: where, and `<resource>:<action>` words. */
export interface ListedRights {
  readonly where: 'system' | 'every project' | { readonly projectId: number };
  readonly actions: readonly string[];
}

/** `push` brings `pull` with it: no client pushes without looking at what is there. */
export function rightSet(listed: readonly ListedRights[]): RightSet {
  const system = new Set<SystemAction>();
  const projects: ProjectRights[] = [];
  for (const { where, actions } of listed) {
    if (where === 'system') {
      for (const action of actions) system.add(action as SystemAction);
      continue;
    }
    const held = new Set(actions as readonly ProjectAction[]);
    if (held.has('repository:push')) held.add('repository:pull').add('repository:create');
    projects.push({ project: where === 'every project' ? 'every' : where.projectId, actions: held });
  }
  return { system, projects };
}

export function holdsInProject({ projects }: RightSet, action: ProjectAction, projectId: number): boolean {
  return projects.some(({ project, actions }) => (project === 'every' || project === projectId) && holds(actions, action));
}

/** The projects in which a set lets its holder see repositories; `every` for all. */
export function projectsSeen({ projects }: RightSet): 'every' | readonly number[] {
  const seen = projects.filter(({ actions }) => actions.has('repository:list') || actions.has('repository:pull'));
  if (seen.some(({ project }) => project === 'every')) return 'every';
  return [...new Set(seen.map(({ project }) => project as number))];
}

/** Whoever may do something in a project may also know that the project is there. */
function holds(actions: ReadonlySet<ProjectAction>, action: ProjectAction): boolean {
  return actions.has(action) || (action === 'project:read' && actions.size > 0 && PUBLIC_ACTIONS.has(action));
}
