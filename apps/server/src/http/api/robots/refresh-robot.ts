import { passwordProblem } from '@berth/access';
import { OPERATIONS } from '@berth/api-contract';
import { refuseProblem } from '../users/check-profile.ts';
import { noSuchRobot, robotEndpoint } from './robot-endpoint.ts';
import { refuseBeyondOwn } from './robot-rights.ts';

/** A given secret is not repeated in the answer; a generated one is told once. */
export const refreshRobot = robotEndpoint(OPERATIONS.refreshRobot, 'update', async (call, robot) => {
  const { parts, body } = call;
  // Robots of the system are changed by who may do everything, and may name projects that are gone.
  if (robot.projectId !== undefined) await refuseBeyondOwn(call, robot.permissions);
  const { stores, secrets, principals } = parts.identity;
  const chosen = body.secret === undefined || body.secret === '' ? undefined : body.secret;
  refuseProblem(chosen === undefined ? undefined : passwordProblem(chosen));
  const secret = chosen ?? secrets.generate();
  const hash = chosen === undefined ? secrets.keyedHash(secret) : await secrets.chosenHash(secret);
  const changed = await stores.robots.setSecret(robot.id, hash);
  principals.forgetRobot(robot.id);
  if (!changed) throw noSuchRobot();
  return { json: { secret: chosen === undefined ? secret : '' } };
});
