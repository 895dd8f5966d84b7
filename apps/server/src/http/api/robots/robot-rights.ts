import {
  type Actor,
  can,
  decideSystem,
  isProjectAction,
  type ListedRights,
  mayKnowEveryProject,
  type ProjectStanding,
  ROBOT_PROJECT_ACTIONS,
  ROBOT_SYSTEM_ACTIONS,
  type RobotPermission,
  type SystemAction,
} from '@berth/access';
import type { robotPermission } from '@berth/api-contract';
import { type ProjectName, parseProjectName, followedBy, type Sentence, say } from '@berth/oci';
import type { z } from 'zod';
import { ApiError } from '../api-error.ts';
import type { Call } from '../endpoint.ts';

type Asked = z.output<typeof robotPermission>;
type RightsCall = Pick<Call, 'parts' | 'actor'>;

/** The words that may stand in permissions, by their kind. */
export interface Givable {
  readonly system: ReadonlySet<string>;
  readonly project: ReadonlySet<string>;
}

const TO_ROBOTS: Givable = { system: new Set(ROBOT_SYSTEM_ACTIONS), project: new Set(ROBOT_PROJECT_ACTIONS) };

/** Reads permissions of a body, and refuses what nobody may give to a robot or the caller does not have himself. */
export async function rightsFromBody(call: RightsCall, permissions: readonly Asked[]): Promise<ListedRights[]> {
  const rights = await readRights(call, permissions, TO_ROBOTS);
  await refuseBeyondOwn(call, rights);
  return rights;
}

/** Whoever sets a robot's secret acts as the robot from then on: he must have its rights himself. */
export async function refuseBeyondOwn(call: RightsCall, rights: readonly ListedRights[]): Promise<void> {
  for (const one of rights) refuseUnless(await mayGive(call, one));
}

/** Reads permissions of a body: known words, in projects that the caller may see. */
export async function readRights(call: RightsCall, permissions: readonly Asked[], givable: Givable): Promise<ListedRights[]> {
  if (permissions.every(({ access }) => access.length === 0))
    throw badRequest(say('permission-missing')`At least one permission is needed.`);
  const rights: ListedRights[] = [];
  for (const permission of permissions.filter(({ access }) => access.length > 0)) rights.push(await readOne(call, permission, givable));
  return rights;
}

async function readOne(call: RightsCall, permission: Asked, givable: Givable): Promise<ListedRights> {
  const words = givable[permission.kind];
  const actions = [...new Set(permission.access.map(({ resource, action }) => `${resource}:${action}`))];
  const unknown = actions.find((word) => !words.has(word));
  if (unknown !== undefined)
    throw badRequest(
      say('permission-not-here')`${{ permission: unknown }} is no permission that can be given at the level ${{ level: permission.kind }}.`,
    );
  if (permission.access.some(({ effect }) => effect !== undefined && effect !== '' && effect !== 'allow'))
    throw badRequest(say('permission-effect')`The effect of a permission is allow.`);
  if (permission.kind === 'system') {
    if (permission.namespace !== '/') throw badRequest(say('permission-namespace')`A permission of the kind system has the namespace /.`);
    return { where: 'system', actions };
  }
  if (permission.namespace === '*') return { where: 'every project', actions };
  const standing = await standingIn(call, permission.namespace);
  refuseUnless(standing !== undefined && can(call.actor, 'project:read', standing));
  return { where: { projectId: standing.projectId }, actions };
}

/** Nobody gives what he does not have there himself. */
async function mayGive({ parts, actor }: RightsCall, { where, actions }: ListedRights): Promise<boolean> {
  if (where === 'system') return actions.every((action) => decideSystem(actor, action as SystemAction).allowed);
  if (where === 'every project') return mayGiveEverywhere(actor, actions);
  const userId = actor.kind === 'user' ? actor.id : undefined;
  const standing = await parts.identity.stores.standings.inProjectId(where.projectId, userId);
  return standing !== undefined && actions.every((action) => holds(actor, action, standing));
}

/** The caller's standing in a project, read now; undefined also for what could be no name. */
export async function standingIn({ parts, actor }: RightsCall, namespace: string): Promise<ProjectStanding | undefined> {
  if (!/^[a-z0-9._-]{1,255}$/.test(namespace)) return undefined;
  return parts.identity.standings.fresh(actor, parseProjectName(namespace) as ProjectName);
}

/** Words that no role has (Harbor lists `metadata:list`) open nothing; they may be given by who has the resource's other rights. */
function holds(actor: Actor, action: string, standing: ProjectStanding): boolean {
  if (isProjectAction(action)) return can(actor, action, standing);
  const resource = action.slice(0, action.indexOf(':'));
  return isProjectAction(`${resource}:read`) && can(actor, `${resource}:read` as never, standing);
}

function mayGiveEverywhere(actor: Actor, actions: readonly string[]): boolean {
  if (mayKnowEveryProject(actor)) return true;
  const held = actor.kind === 'robot' ? actor.rights : actor.kind === 'user' && actor.systemAdmin ? actor.limit : undefined;
  const everywhere = held?.projects.filter(({ project }) => project === 'every') ?? [];
  return actions.every((action) => everywhere.some((rights) => (rights.actions as ReadonlySet<string>).has(action)));
}

function refuseUnless(allowed: boolean): asserts allowed {
  if (allowed) return;
  throw new ApiError(
    'FORBIDDEN',
    say(
      'permission-beyond-own',
    )`Among the permissions are some that you do not have there yourself, or a project that is not there for you. Nothing was changed.`,
  );
}

function badRequest(sentence: Sentence): ApiError {
  return new ApiError('BAD_REQUEST', followedBy(sentence, ' Nothing was changed.'));
}

/** As Harbor shows them. */
export function permissionView({ where, projectName, actions }: RobotPermission): Asked {
  const access = actions.map((word) => {
    const [resource = '', action = ''] = word.split(':');
    return { resource, action, effect: 'allow' };
  });
  if (where === 'system') return { kind: 'system', namespace: '/', access };
  return { kind: 'project', namespace: where === 'every project' ? '*' : (projectName ?? ''), access };
}
