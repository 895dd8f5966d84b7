import { ROLES } from '@berth/access';
import { OPERATIONS } from '@berth/api-contract';
import { projectEndpoint } from '../endpoint.ts';

/** -1: no limit. */
const UNLIMITED = -1;

export const getProjectSummary = projectEndpoint(OPERATIONS.getProjectSummary, 'project:read', async ({ parts }, { projectId }) => {
  const { repositoryCount, bytes, membersByRole } = await parts.content.reads.projectSummary(projectId);
  const members = (role: number): number => membersByRole.get(role) ?? 0;
  return {
    json: {
      repo_count: repositoryCount,
      project_admin_count: members(ROLES.projectAdmin),
      maintainer_count: members(ROLES.maintainer),
      developer_count: members(ROLES.developer),
      guest_count: members(ROLES.guest),
      limited_guest_count: members(ROLES.limitedGuest),
      quota: { hard: { storage: UNLIMITED }, used: { storage: bytes } },
    },
  };
});
