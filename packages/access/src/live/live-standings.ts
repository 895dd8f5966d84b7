import type { ProjectName } from '@berth/oci';
import type { Actor } from '../actor.ts';
import { can } from '../decide.ts';
import type { ProjectAction } from '../permissions.ts';
import type { ProjectStanding, Standings } from '../ports/projects.ts';
import { type LiveOptions, MAX_AGE_MS } from './live-accounts.ts';
import { ShortMemory, after } from './short-memory.ts';

const MAX_STANDINGS = 50_000;
const MAX_LISTS = 5_000;

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
  readonly #lists: ShortMemory<number, readonly number[]>;

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

  /** The actor's standing if it allows `action`, else undefined; a no is never older than this call. */
  allowing(actor: Actor, action: ProjectAction, project: ProjectName): ProjectStanding | undefined | Promise<ProjectStanding | undefined> {
    const key = keyOf(project, actor);
    return after(this.#memory.get(key), (remembered) => {
      if (can(actor, action, remembered)) return remembered;
      return this.#memory.fresh(key).then((standing) => (can(actor, action, standing) ? standing : undefined));
    });
  }

  /** Read now. undefined when no such project exists. */
  fresh(actor: Actor, project: ProjectName): Promise<ProjectStanding | undefined> {
    return this.#memory.fresh(keyOf(project, actor));
  }

  /** Ids of the projects in which the actor holds a role. */
  memberProjects(actor: Actor): readonly number[] | Promise<readonly number[]> {
    const userId = userIdOf(actor);
    return userId === undefined ? [] : this.#lists.get(userId);
  }

  /** After this process changed a project or its members: nothing remembered about it, for anyone, is used again. */
  forget(): void {
    this.#memory.forgetAll();
    this.#lists.forgetAll();
  }
}
