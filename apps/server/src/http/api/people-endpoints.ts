import { createCurrentUserToken } from './access-tokens/create-current-user-token.ts';
import { createUserToken } from './access-tokens/create-user-token.ts';
import { deleteCurrentUserToken } from './access-tokens/delete-current-user-token.ts';
import { deleteUserToken } from './access-tokens/delete-user-token.ts';
import { listCurrentUserTokens } from './access-tokens/list-current-user-tokens.ts';
import { listUserTokens } from './access-tokens/list-user-tokens.ts';
import type { Endpoint } from './endpoint.ts';
import { addUserGroupMember } from './groups/add-user-group-member.ts';
import { createUserGroup } from './groups/create-user-group.ts';
import { deleteUserGroup } from './groups/delete-user-group.ts';
import { getUserGroup } from './groups/get-user-group.ts';
import { listUserGroupMembers } from './groups/list-user-group-members.ts';
import { listUserGroups } from './groups/list-user-groups.ts';
import { removeUserGroupMember } from './groups/remove-user-group-member.ts';
import { searchUserGroups } from './groups/search-user-groups.ts';
import { updateUserGroup } from './groups/update-user-group.ts';
import { createRobot } from './robots/create-robot.ts';
import { deleteRobot } from './robots/delete-robot.ts';
import { getRobot } from './robots/get-robot.ts';
import { listRobots } from './robots/list-robots.ts';
import { refreshRobot } from './robots/refresh-robot.ts';
import { updateRobot } from './robots/update-robot.ts';
import { createRole } from './roles/create-role.ts';
import { deleteRole } from './roles/delete-role.ts';
import { explainAccess } from './roles/explain-access.ts';
import { getPermissions } from './roles/get-permissions.ts';
import { getRole } from './roles/get-role.ts';
import { listRoles } from './roles/list-roles.ts';
import { updateRole } from './roles/update-role.ts';

/** Robot accounts, access tokens, groups, roles, and what may be given. */
export const PEOPLE_ENDPOINTS: readonly Endpoint[] = [
  listRobots,
  createRobot,
  getRobot,
  updateRobot,
  refreshRobot,
  deleteRobot,
  listCurrentUserTokens,
  createCurrentUserToken,
  deleteCurrentUserToken,
  listUserTokens,
  createUserToken,
  deleteUserToken,
  listUserGroups,
  createUserGroup,
  searchUserGroups,
  getUserGroup,
  updateUserGroup,
  deleteUserGroup,
  listUserGroupMembers,
  addUserGroupMember,
  removeUserGroupMember,
  listRoles,
  createRole,
  getRole,
  updateRole,
  deleteRole,
  getPermissions,
  explainAccess,
];
