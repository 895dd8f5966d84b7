import {
  type Principal,
  can,
  decideSystem,
  PROJECT_ACTIONS,
  type ProjectAction,
  type Standings,
  SYSTEM_ACTIONS,
  type SystemAction,
} from '@berth/access';
import { OPERATIONS } from '@berth/api-contract';
import { principalEndpoint } from '../endpoint.ts';

/** What the caller may do in `/project/<id>` or `/system`. An unknown scope, or a project he may not see, holds nothing. */
export const getCurrentUserPermissions = principalEndpoint(OPERATIONS.getCurrentUserPermissions, async ({ parts, query }, account) => {
  const scope = query.scope ?? '';
  const actions = await allowedIn(scope, account, parts.identity.stores.standings);
  return {
    json: actions.map((permission) => {
      const [resource = '', action = ''] = permission.split(':');
      return { resource: named(resource, scope, query.relative === true), action };
    }),
  };
});

async function allowedIn(scope: string, { actor }: Principal, standings: Standings): Promise<readonly (ProjectAction | SystemAction)[]> {
  if (scope === '/system') return SYSTEM_ACTIONS.filter((action) => decideSystem(actor, action).allowed);
  const id = /^\/project\/([1-9]\d{0,14})$/.exec(scope)?.[1];
  if (id === undefined) return [];
  const standing = await standings.inProjectId(Number(id), actor.kind === 'user' ? actor.id : undefined);
  return PROJECT_ACTIONS.filter((action) => can(actor, action, standing));
}

/** Harbor calls the project itself "." relative to its scope, and the scope's own name absolutely. */
function named(resource: string, scope: string, relative: boolean): string {
  const isScope = resource === 'project' && scope !== '/system';
  if (relative) return isScope ? '.' : resource;
  return isScope ? scope : `${scope}/${resource}`;
}
