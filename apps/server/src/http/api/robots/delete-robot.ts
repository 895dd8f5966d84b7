import { OPERATIONS } from '@berth/api-contract';
import { noSuchRobot, robotEndpoint } from './robot-endpoint.ts';

export const deleteRobot = robotEndpoint(OPERATIONS.deleteRobot, 'delete', async ({ parts }, robot) => {
  const { stores, principals } = parts.identity;
  const removed = await stores.robots.remove(robot.id);
  principals.forgetRobot(robot.id);
  if (!removed) throw noSuchRobot();
  return {};
});
