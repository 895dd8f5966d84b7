import { ROLES } from '@berth/access';
import { OPERATIONS } from '@berth/api-contract';
import { projectEndpoint } from '../endpoint.ts';

export const getProjectSummary = projectEndpoint(OPERATIONS.getProjectSummary, 'project:read', async ({ parts }, { projectId }) => {
  const [{ repositoryCount, bytes, membersByRole }, quota] = await Promise.all([
    parts.content.reads.projectSummary(projectId),
    parts.policy.quotas.find(projectId),
  ]);
  const members = (role: number): number => membersByRole.get(role) ?? 0;
  return {
    json: {
      repo_count: repositoryCount,
      project_admin_count: members(ROLES.projectAdmin),
      maintainer_count: members(ROLES.maintainer),
      developer_count: members(ROLES.developer),
      guest_count: members(ROLES.guest),
      limited_guest_count: members(ROLES.limitedGuest),
      quota: { hard: { storage: quota?.hardBytes ?? -1 }, used: { storage: quota?.usedBytes ?? bytes } },
    },
  };
});
