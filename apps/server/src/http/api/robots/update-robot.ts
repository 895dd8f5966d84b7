import { OPERATIONS } from '@berth/api-contract';
import { say } from '@berth/oci';
import { ApiError } from '../api-error.ts';
import { noSuchRobot, robotEndpoint } from './robot-endpoint.ts';
import { rightsFromBody } from './robot-rights.ts';

/** Description, duration, permissions, disabled or not. Name and level stay; a body that names others is refused. */
export const updateRobot = robotEndpoint(OPERATIONS.updateRobot, 'update', async (call, robot) => {
  const { parts, body } = call;
  const { stores, principals } = parts.identity;
  const level = robot.projectId === undefined ? 'system' : 'project';
  if ((body.level ?? level) !== level || (body.name ?? robot.fullName) !== robot.fullName)
    throw new ApiError(
      'BAD_REQUEST',
      say('robot-name-stays')`The name and the level of a robot account cannot be changed. Nothing was changed.`,
    );
  const permissions = await rightsFromBody(call, body.permissions);
  const foreign =
    permissions.length !== 1 || permissions.some(({ where }) => typeof where === 'string' || where.projectId !== robot.projectId);
  if (level === 'project' && foreign)
    throw new ApiError(
      'BAD_REQUEST',
      say('robot-one-project')`A robot account of a project has exactly one permission, in that project. Nothing was changed.`,
    );
  const changed = await stores.robots.update(robot.id, {
    description: body.description,
    disabled: body.disable,
    durationDays: body.duration === undefined || body.duration === 0 ? robot.durationDays : body.duration,
    permissions,
  });
  principals.forgetRobot(robot.id);
  if (!changed) throw noSuchRobot();
  return {};
});
