import { decideProjectCreation, decideSystem, isUser, type Principal } from '@berth/access';
import { OPERATIONS } from '@berth/api-contract';
import { parseProjectName, say } from '@berth/oci';
import { ApiError } from '../api-error.ts';
import { API_BASE } from '../api-parts.ts';
import { givenValues } from './change-metadata.ts';
import { type Call, principalEndpoint } from '../endpoint.ts';

export const createProject = principalEndpoint(OPERATIONS.createProject, async (call, account) => {
  const { parts, request, body } = call;
  const { projects, settings } = parts.identity.stores;
  if (!decideProjectCreation(account.actor, await settings.access()).allowed) {
    throw new ApiError(
      'FORBIDDEN',
      say('project-by-administrators')`Only system administrators may create projects here. Nothing was created.`,
    );
  }
  const name = parseProjectName(body.project_name ?? '');
  // An ordinary project in its place would answer every pull of a mirrored image with 404, and nobody would know why.
  if ((body.registry_id ?? 0) > 0) {
    throw new ApiError(
      'NOT_IMPLEMENTED',
      say(
        'no-proxy-caches',
      )`Berth does not have proxy caches yet: leave registry_id out to create an ordinary project. Nothing was created.`,
    );
  }
  const isPublic = body.metadata?.public === undefined ? body.public === true : body.metadata.public === 'true';
  const project = await projects.create({ name, public: isPublic, ownerId: await ownerOf(call, account) });
  // Harbor: only system administrators choose; everyone else gets the default.
  const limit = body.storage_limit ?? 0;
  if (limit !== 0 && decideSystem(account.actor, 'quota:update').allowed) await parts.policy.quotas.setHard(project.id, limit);
  const { public: _public, ...metadata } = body.metadata ?? {};
  await parts.policy.metadata.set(project.id, givenValues(metadata));
  parts.identity.standings.forget();
  const named = request.get('x-resource-name-in-location')?.toLowerCase() === 'true';
  return { headers: { location: `${API_BASE}/projects/${named ? project.name : project.id}` } };
});

/** A project belongs to a person: what a robot makes belongs to who made the robot. */
async function ownerOf({ parts }: Call, principal: Principal): Promise<number> {
  if (isUser(principal)) return principal.actor.id;
  const { robots, users } = parts.identity.stores;
  const creator = (await robots.find(principal.actor.id))?.creator;
  if (creator?.kind === 'user' && (await users.find(creator.id)) !== undefined) return creator.id;
  throw new ApiError(
    'FORBIDDEN',
    say('project-without-owner')`Nobody could own this project: the user who made this robot account is gone. Nothing was created.`,
  );
}
