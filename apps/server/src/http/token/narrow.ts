import { type Actor, can, type LiveStandings, type ProjectAction } from '@berth/access';
import { projectOf } from '@berth/oci';
import type { RepositoryGrant, ScopeAction, TokenGrants } from '@berth/tokens';
import type { ProjectMaker } from '../gate/project-maker.ts';
import type { RequestedScopes } from './scopes.ts';

const RIGHT: Readonly<Record<ScopeAction, ProjectAction>> = {
  pull: 'repository:pull',
  push: 'repository:push',
  delete: 'repository:delete',
};

/** Cuts what was asked for down to what the actor may do now. A project that his push would make grants pull and push ahead of it. */
export async function narrow(
  { repositories, catalog }: RequestedScopes,
  actor: Actor,
  { standings, projectMaker }: { readonly standings: LiveStandings; readonly projectMaker: ProjectMaker },
): Promise<TokenGrants> {
  const projects = new Set([...repositories.keys()].map(projectOf));
  const known = new Map(await Promise.all([...projects].map(async (project) => [project, await standings.fresh(actor, project)] as const)));
  const absent = [...known.values()].some((standing) => standing === undefined);
  const mayMake = absent && (await projectMaker.mayMake(actor));
  const grants: RepositoryGrant[] = [];
  for (const [repository, asked] of repositories) {
    const standing = known.get(projectOf(repository));
    const actions = [...asked].filter((action) =>
      standing === undefined ? mayMake && action !== 'delete' : can(actor, { action: RIGHT[action], repository }, standing),
    );
    if (actions.length > 0) grants.push({ repository, actions, projectId: standing?.projectId });
  }
  return { repositories: grants, catalog };
}
