import { mayKnowEveryProject, passwordProblem } from '@berth/access';
import { OPERATIONS } from '@berth/api-contract';
import { say } from '@berth/oci';
import { ApiError } from '../api-error.ts';
import { API_BASE } from '../api-parts.ts';
import { principalEndpoint } from '../endpoint.ts';
import { refuseProblem } from '../users/check-profile.ts';
import { mayAtLevel } from './robot-endpoint.ts';
import { rightsFromBody, standingIn } from './robot-rights.ts';
import { secondsOf } from './robot-view.ts';

const NAME = /^[a-z0-9]+(?:[._-][a-z0-9]+)*$/;

export const createRobot = principalEndpoint(OPERATIONS.createRobot, async (call, principal) => {
  const { parts, body } = call;
  const { stores, secrets } = parts.identity;
  const projectId = await levelFromBody(call);
  if (!(await mayAtLevel(call, 'create', projectId)))
    throw new ApiError('FORBIDDEN', say('robot-not-allowed-there')`You may not make robot accounts there. Nothing was created.`);
  if (!NAME.test(body.name)) {
    throw new ApiError(
      'BAD_REQUEST',
      say(
        'robot-name-invalid',
      )`The name of a robot account has lower-case letters and digits, with . _ or - between them. The prefix is put before it. Nothing was created.`,
    );
  }
  refuseProblem(body.secret === undefined || body.secret === '' ? undefined : passwordProblem(body.secret));
  const permissions = await rightsFromBody(call, body.permissions);
  const chosen = body.secret === undefined || body.secret === '' ? undefined : body.secret;
  const secret = chosen ?? secrets.generate();
  const { robotDurationDays } = await stores.settings.access();
  const robot = await stores.robots.create({
    name: body.name,
    projectId,
    description: body.description,
    disabled: body.disable,
    durationDays: body.duration === undefined || body.duration === 0 ? robotDurationDays : body.duration,
    secretHash: chosen === undefined ? secrets.keyedHash(secret) : await secrets.chosenHash(secret),
    permissions,
    creator: { kind: principal.actor.kind, id: principal.actor.id },
  });
  return {
    headers: { location: `${API_BASE}/robots/${robot.id}` },
    json: {
      id: robot.id,
      name: robot.fullName,
      secret,
      creation_time: robot.createdAt.toISOString(),
      expires_at: secondsOf(robot.expiresAt),
    },
  };
});

type CreateCall = Parameters<Parameters<typeof principalEndpoint<typeof OPERATIONS.createRobot>>[1]>[0];

/** A robot of a project has the one permission of that project; undefined for a robot of the system. */
async function levelFromBody(call: CreateCall): Promise<number | undefined> {
  const { level, permissions } = call.body;
  if (level === 'system') return undefined;
  const [only, ...more] = permissions;
  if (only?.kind !== 'project' || only.namespace === '*' || more.length > 0) {
    throw new ApiError(
      'BAD_REQUEST',
      say(
        'robot-one-permission',
      )`A robot account of the level project has exactly one permission, of the kind project, with the name of the project as its namespace. Nothing was created.`,
    );
  }
  const standing = await standingIn(call, only.namespace);
  if (standing !== undefined) return standing.projectId;
  if (mayKnowEveryProject(call.actor))
    throw new ApiError('NOT_FOUND', say('no-such-project')`No such project exists. Nothing was created.`);
  throw new ApiError('FORBIDDEN', say('robot-not-allowed-there')`You may not make robot accounts there. Nothing was created.`);
}
