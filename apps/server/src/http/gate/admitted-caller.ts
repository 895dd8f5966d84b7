import type { Actor, LiveStandings } from '@berth/access';
import type { RepositoryName } from '@berth/oci';
import type { CatalogScope } from '@berth/registry';
import type { Admitted } from '../v2/gate.ts';

/** A caller whom the gate let through. */
export class AdmittedCaller implements Admitted {
  readonly actor: Actor;
  readonly mayPush: boolean;
  readonly #standings: LiveStandings;

  constructor(standings: LiveStandings, actor: Actor, mayPush: boolean) {
    this.#standings = standings;
    this.actor = actor;
    this.mayPush = mayPush;
  }

  async mayPull(repository: RepositoryName): Promise<boolean> {
    return (await this.#standings.allowingAt(this.actor, { action: 'repository:pull', repository })) !== undefined;
  }

  async catalogScope(): Promise<CatalogScope> {
    return this.#standings.visible(this.actor);
  }
}
