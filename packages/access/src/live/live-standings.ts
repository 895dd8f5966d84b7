import { type ProjectName, projectOf } from '@berth/oci';
import type { Actor } from '../actor.ts';
import { can, decideSystem, type Wanted } from '../decide.ts';
import type { MemberProjects, ProjectStanding, Standings } from '../ports/projects.ts';
import { projectsSeen } from '../rights.ts';
import { type LiveOptions, MAX_AGE_MS } from './live-accounts.ts';
import { ShortMemory, after } from './short-memory.ts';

const MAX_STANDINGS = 50_000;
const MAX_LISTS = 5_000;
const NO_PROJECTS: MemberProjects = { projectIds: [], repositoryPatterns: [], narrowedProjectIds: [] };

/** What an actor may list beside what is public. */
export type Visible = 'everything' | MemberProjects;

function userIdOf(actor: Actor): number | undefined {
  return actor.kind === 'user' ? actor.id : undefined;
}

/** Project names hold no slash, so the two parts cannot run into each other. */
function keyOf(project: ProjectName, actor: Actor): string {
  return `${userIdOf(actor) ?? ''}/${project}`;
}

/**
 * Standings remembered for at most five seconds. Only yes is remembered: what would be denied by memory is read again, so that somebody who
 * was made a member a moment ago, on whatever replica, need not wait.
 */
export class LiveStandings {
  readonly #memory: ShortMemory<string, ProjectStanding | undefined>;
  readonly #lists: ShortMemory<number, MemberProjects>;

  constructor(standings: Standings, options: LiveOptions = {}) {
    const common = { maxAgeMs: options.maxAgeMs ?? MAX_AGE_MS, ...(options.now === undefined ? {} : { now: options.now }) };
    this.#memory = new ShortMemory({
      ...common,
      maxEntries: MAX_STANDINGS,
      lookup(key: string) {
        const slash = key.indexOf('/');
        return standings.inProject(key.slice(slash + 1) as ProjectName, slash === 0 ? undefined : Number(key.slice(0, slash)));
      },
    });
    this.#lists = new ShortMemory({ ...common, maxEntries: MAX_LISTS, lookup: (userId: number) => standings.memberProjects(userId) });
  }

  /** The actor's standing if it allows what is `wanted`, else undefined; a no is never older than this call. */
  allowing(actor: Actor, wanted: Wanted, project: ProjectName): ProjectStanding | undefined | Promise<ProjectStanding | undefined> {
    const key = keyOf(project, actor);
    return after(this.#memory.get(key), (remembered) => {
      if (can(actor, wanted, remembered)) return remembered;
      return this.#memory.fresh(key).then((standing) => (can(actor, wanted, standing) ? standing : undefined));
    });
  }

  /** {@link allowing} at one repository. */
  allowingAt(actor: Actor, wanted: Exclude<Wanted, string>): ProjectStanding | undefined | Promise<ProjectStanding | undefined> {
    return this.allowing(actor, wanted, projectOf(wanted.repository));
  }

  /** Read now. undefined when no such project exists. */
  fresh(actor: Actor, project: ProjectName): Promise<ProjectStanding | undefined> {
    return this.#memory.fresh(keyOf(project, actor));
  }

  /** Which projects and repositories the actor may list beside what is public. */
  visible(actor: Actor): Visible | Promise<Visible> {
    switch (actor.kind) {
      case 'anonymous':
        return NO_PROJECTS;
      case 'robot': {
        const seen = projectsSeen(actor.rights);
        if (seen === 'every' || decideSystem(actor, 'catalog:read').allowed) return 'everything';
        return { ...NO_PROJECTS, projectIds: seen };
      }
      case 'user': {
        const limit = actor.limit === undefined ? 'every' : projectsSeen(actor.limit);
        if (actor.systemAdmin) return limit === 'every' ? 'everything' : { ...NO_PROJECTS, projectIds: limit };
        return after(this.#lists.get(actor.id), (own) => (limit === 'every' ? own : among(own, limit)));
      }
    }
  }

  /** After this process changed a project or its members: nothing remembered about it, for anyone, is used again. */
  forget(): void {
    this.#memory.forgetAll();
    this.#lists.forgetAll();
  }
}

/** Patterns begin with their project's name, which the limit does not know: a narrowed token shows whole projects only. */
function among({ projectIds }: MemberProjects, limit: readonly number[]): MemberProjects {
  return { ...NO_PROJECTS, projectIds: projectIds.filter((id) => limit.includes(id)) };
}
