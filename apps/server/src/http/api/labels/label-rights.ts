import { can, decideSystem } from '@berth/access';
import { say } from '@berth/oci';
import { ApiError } from '../api-error.ts';
import type { Call } from '../endpoint.ts';

type LabelAction = 'create' | 'read' | 'update' | 'delete' | 'list';

/**
 * Labels of a project go by the rights in it. Those of the whole registry are read by everyone who signed in and changed by system
 * administrators. What the caller may not see answers like what is not there.
 */
export async function requireLabelRight(call: Call, projectId: number | undefined, action: LabelAction): Promise<void> {
  if (call.caller === undefined)
    throw new ApiError('UNAUTHORIZED', say('sign-in-first')`Sign in first: this needs a username and a password.`);
  const { actor, parts } = call;
  if (projectId === undefined) {
    if (action === 'read' || action === 'list') return;
    // A robot of the system may be given these rights of labels, and nothing of the configuration.
    if (decideSystem(actor, 'configuration:update').allowed || decideSystem(actor, `label:${action}`).allowed) return;
    throw new ApiError('FORBIDDEN', say('label-global')`Global labels are changed by system administrators. Nothing was changed.`);
  }
  const standing = await parts.identity.stores.standings.inProjectId(projectId, actor.kind === 'user' ? actor.id : undefined);
  if (standing !== undefined && can(actor, `label:${action}`, standing)) return;
  if (standing === undefined && decideSystem(actor, 'configuration:update').allowed)
    throw new ApiError('NOT_FOUND', say('no-such-project')`No such project exists.`);
  throw new ApiError(
    'FORBIDDEN',
    say('needs-project-right')`The project does not exist, or your role in it does not include label:${{ action }}. Nothing was changed.`,
  );
}

export function noSuchLabel(): ApiError {
  return new ApiError('NOT_FOUND', say('no-such-label')`No such label exists.`);
}

export function labelNameTaken(name: string): ApiError {
  return new ApiError('CONFLICT', say('label-exists')`A label with the name ${{ name }} exists already there. Nothing was changed.`);
}
