import { type Actor, decideProjectCreation, type LiveStandings, NameTakenError, type Projects, type Settings } from '@berth/access';
import type { ProjectName } from '@berth/oci';

export interface ProjectMakerParts {
  readonly projects: Pick<Projects, 'create'>;
  readonly settings: Pick<Settings, 'access'>;
  readonly standings: LiveStandings;
}

/** The first push to a project that does not exist makes it: private, and the pusher's own. */
export class ProjectMaker {
  readonly #parts: ProjectMakerParts;

  constructor(parts: ProjectMakerParts) {
    this.#parts = parts;
  }

  /** May this actor's push make a project? Both settings are read fresh: it happens once in a project's life. */
  async mayMake(actor: Actor): Promise<boolean> {
    if (actor.kind !== 'user') return false;
    const settings = await this.#parts.settings.access();
    return settings.createProjectOnPush && decideProjectCreation(actor, settings).allowed;
  }

  /** Makes the project unless someone was quicker; the caller asks again for the actor's standing in it. */
  async make(actor: Actor, name: ProjectName): Promise<void> {
    if (actor.kind !== 'user') throw new Error('Only a user can own a project.');
    try {
      await this.#parts.projects.create({ name, public: false, ownerId: actor.id });
    } catch (cause) {
      // Pushes of several layers arrive together: the first one made it.
      if (!(cause instanceof NameTakenError)) throw cause;
    }
    this.#parts.standings.forget();
  }
}
