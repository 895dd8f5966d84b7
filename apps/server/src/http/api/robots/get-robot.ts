import { OPERATIONS } from '@berth/api-contract';
import { robotEndpoint } from './robot-endpoint.ts';
import { robotView } from './robot-view.ts';

export const getRobot = robotEndpoint(OPERATIONS.getRobot, 'read', async (_call, robot) => ({ json: robotView(robot) }));
