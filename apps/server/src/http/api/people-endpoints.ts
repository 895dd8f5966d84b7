import type { Endpoint } from './endpoint.ts';
import { createRobot } from './robots/create-robot.ts';
import { deleteRobot } from './robots/delete-robot.ts';
import { getRobot } from './robots/get-robot.ts';
import { listRobots } from './robots/list-robots.ts';
import { refreshRobot } from './robots/refresh-robot.ts';
import { updateRobot } from './robots/update-robot.ts';

/** Robot accounts, access tokens, groups and roles. */
export const PEOPLE_ENDPOINTS: readonly Endpoint[] = [listRobots, createRobot, getRobot, updateRobot, refreshRobot, deleteRobot];
