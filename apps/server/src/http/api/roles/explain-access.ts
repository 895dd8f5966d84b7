import {
  type Actor,
  can,
  decide,
  type Decision,
  decideSystem,
  explain,
  isProjectAction,
  mayKnowEveryProject,
  type SystemAction,
  type Wanted,
} from '@berth/access';
import { type explanation, OPERATIONS } from '@berth/api-contract';
import { parseProjectName, parseRepositoryName, projectOf, type ProjectName, say } from '@berth/oci';
import type { z } from 'zod';
import { ApiError } from '../api-error.ts';
import type { ApiParts } from '../api-parts.ts';
import { principalEndpoint } from '../endpoint.ts';

/** About oneself for everyone; about others for system administrators, and for who manages the members of the project. */
export const explainAccess = principalEndpoint(OPERATIONS.explainAccess, async ({ parts, query }, principal) => {
  const user = query.user ?? principal.actor.name;
  const about = query.resource === '/system' ? systemQuestion(query.action) : projectQuestion(query.resource, query.action);
  const { standings } = parts.identity;
  const own = user === principal.actor.name;
  if (!own && !mayKnowEveryProject(principal.actor)) {
    const standing = about.project === undefined ? undefined : await standings.fresh(principal.actor, about.project);
    if (!can(principal.actor, 'member:update', standing))
      throw new ApiError(
        'FORBIDDEN',
        say('explain-not-allowed')`Only administrators of the system or of the project may ask about others.`,
      );
  }
  const actor = own ? principal.actor : await actorNamed(parts, user);
  const decision =
    about.project === undefined
      ? decideSystem(actor, about.action as SystemAction)
      : decide(actor, about.wanted, await standings.fresh(actor, about.project));
  return {
    json: {
      allowed: decision.allowed,
      reason: explain(decision, about.action),
      ...codeOf(decision),
      ...{ user, resource: query.resource, action: about.action },
    },
  };
});

function codeOf(decision: Decision): Pick<z.output<typeof explanation>, 'code' | 'role_id' | 'role_name' | 'repository_patterns'> {
  if (!decision.allowed) return { code: decision.because };
  const { because: code, role, grant } = decision;
  return {
    code,
    ...(role === undefined ? {} : { role_id: role }),
    ...(grant === undefined ? {} : { role_name: grant.role }),
    ...(grant?.patterns === undefined ? {} : { repository_patterns: [...grant.patterns] }),
  };
}

type Question =
  | { readonly project: undefined; readonly action: string }
  | { readonly project: ProjectName; readonly action: string; readonly wanted: Wanted };

function systemQuestion(action: string): Question {
  if (/^[a-z-]+:[a-z]+$/.test(action)) return { project: undefined, action };
  throw new ApiError('BAD_REQUEST', say('action-unknown')`action is a resource and what to do with it, such as user:list.`);
}

/** `push` alone is about the resource itself: the repository, or the project. */
function projectQuestion(resource: string, short: string): Question {
  const inRepository = resource.includes('/');
  const action = short.includes(':') ? short : `${inRepository ? 'repository' : 'project'}:${short}`;
  if (!isProjectAction(action))
    throw new ApiError('BAD_REQUEST', say('action-unknown')`action is a resource and what to do with it, such as repository:push.`);
  if (!inRepository) return { project: parseProjectName(resource), action, wanted: action };
  const repository = parseRepositoryName(resource);
  return { project: projectOf(repository), action, wanted: { action, repository } };
}

/** As who would sign in now under this name. */
async function actorNamed(parts: ApiParts, name: string): Promise<Actor> {
  const { users, robots, settings } = parts.identity.stores;
  const { robotNamePrefix: prefix } = await settings.access();
  if (name.startsWith(prefix)) {
    const rest = name.slice(prefix.length);
    const plus = rest.indexOf('+');
    const robot = await robots.findCredential(rest.slice(plus + 1), plus < 0 ? undefined : rest.slice(0, plus));
    if (robot !== undefined) return robot.actor;
  }
  const found = (await users.list({ page: 1, pageSize: 1, username: name })).items[0];
  if (found !== undefined) return { kind: 'user', id: found.id, name: found.username, systemAdmin: found.systemAdmin };
  throw new ApiError('NOT_FOUND', say('no-such-account')`No user and no living robot account has this name.`);
}
