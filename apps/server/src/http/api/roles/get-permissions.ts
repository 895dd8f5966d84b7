import { isUser, mayKnowEveryProject, ROBOT_PROJECT_ACTIONS, ROBOT_SYSTEM_ACTIONS } from '@berth/access';
import { OPERATIONS } from '@berth/api-contract';
import { say } from '@berth/oci';
import { ApiError } from '../api-error.ts';
import { principalEndpoint } from '../endpoint.ts';
import { wordsOf } from './role-view.ts';

/** Harbor: both lists for system administrators, the one of projects for administrators of some project, nothing for others. */
export const getPermissions = principalEndpoint(OPERATIONS.getPermissions, async ({ parts }, principal) => {
  const everything = mayKnowEveryProject(principal.actor);
  if (!everything && !(isUser(principal) && (await parts.identity.stores.standings.administers(principal.actor.id))))
    throw new ApiError('FORBIDDEN', say('administrators-only')`This is for administrators of the system or of a project.`);
  return {
    json: { system: everything ? ROBOT_SYSTEM_ACTIONS.map(wordsOf) : [], project: ROBOT_PROJECT_ACTIONS.map(wordsOf) },
  };
});
