import { CERTIFICATE_ENDPOINTS } from './certificate-endpoints.ts';
import { CONTENT_ENDPOINTS } from './content-endpoints.ts';
import type { Endpoint } from './endpoint.ts';
import { listActivity } from './events/list-activity.ts';
import { watchEvents } from './events/watch-events.ts';
import { GARBAGE_ENDPOINTS } from './garbage-endpoints.ts';
import { JOB_ENDPOINTS } from './job-endpoints.ts';
import { createProjectMember } from './members/create-project-member.ts';
import { deleteProjectMember } from './members/delete-project-member.ts';
import { getProjectMember } from './members/get-project-member.ts';
import { listProjectMembers } from './members/list-project-members.ts';
import { updateProjectMember } from './members/update-project-member.ts';
import { PEOPLE_ENDPOINTS } from './people-endpoints.ts';
import { POLICY_ENDPOINTS } from './policy-endpoints.ts';
import { createProject } from './projects/create-project.ts';
import { deleteProject } from './projects/delete-project.ts';
import { getProject } from './projects/get-project.ts';
import { getProjectDeletable } from './projects/get-project-deletable.ts';
import { getProjectMetadata } from './projects/get-project-metadata.ts';
import { headProject } from './projects/head-project.ts';
import { listProjectMetadatas } from './projects/list-project-metadatas.ts';
import { listProjects } from './projects/list-projects.ts';
import { updateProject } from './projects/update-project.ts';
import { updateProjectMetadata } from './projects/update-project-metadata.ts';
import { createSession } from './session/create-session.ts';
import { deleteSession } from './session/delete-session.ts';
import { getCert } from './system/get-cert.ts';
import { getCertInstaller } from './system/get-cert-installer.ts';
import { getCertInstructions } from './system/get-cert-instructions.ts';
import { getHealth } from './system/get-health.ts';
import { getPing } from './system/get-ping.ts';
import { getSystemInfo } from './system/get-system-info.ts';
import { createUser } from './users/create-user.ts';
import { deleteUser } from './users/delete-user.ts';
import { getCurrentUserInfo } from './users/get-current-user-info.ts';
import { getCurrentUserPermissions } from './users/get-current-user-permissions.ts';
import { getUser } from './users/get-user.ts';
import { listUsers } from './users/list-users.ts';
import { searchUsers } from './users/search-users.ts';
import { setUserSysAdmin } from './users/set-user-sys-admin.ts';
import { updateUserPassword } from './users/update-user-password.ts';
import { updateUserProfile } from './users/update-user-profile.ts';

/** Every endpoint of `/api/v2.0` with its rule. The authorisation matrix test walks this table. */
export const ENDPOINTS: readonly Endpoint[] = [
  getPing,
  getHealth,
  getSystemInfo,
  getCert,
  getCertInstaller,
  getCertInstructions,
  ...CERTIFICATE_ENDPOINTS,
  listProjects,
  headProject,
  createProject,
  getProject,
  updateProject,
  deleteProject,
  getProjectDeletable,
  listProjectMetadatas,
  getProjectMetadata,
  updateProjectMetadata,
  listProjectMembers,
  createProjectMember,
  getProjectMember,
  updateProjectMember,
  deleteProjectMember,
  listUsers,
  createUser,
  getCurrentUserInfo,
  getCurrentUserPermissions,
  searchUsers,
  getUser,
  updateUserProfile,
  deleteUser,
  setUserSysAdmin,
  updateUserPassword,
  watchEvents,
  listActivity,
  ...GARBAGE_ENDPOINTS,
  ...JOB_ENDPOINTS,
  ...POLICY_ENDPOINTS,
  ...CONTENT_ENDPOINTS,
  ...PEOPLE_ENDPOINTS,
  createSession,
  deleteSession,
];
