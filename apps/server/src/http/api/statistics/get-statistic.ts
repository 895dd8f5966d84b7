import { OPERATIONS } from '@berth/api-contract';
import { principalEndpoint } from '../endpoint.ts';

export const getStatistic = principalEndpoint(OPERATIONS.getStatistic, async ({ parts, actor }) => {
  const scope = await parts.identity.standings.visible(actor);
  const counts = await parts.policy.search.count(scope);
  const own = {
    private_project_count: counts.privateProjects,
    private_repo_count: counts.privateRepositories,
    public_project_count: counts.publicProjects,
    public_repo_count: counts.publicRepositories,
  };
  if (scope !== 'everything') return { json: own };
  const { charged, physical, shared, pending } = await parts.policy.search.storage();
  return {
    json: {
      ...own,
      total_project_count: counts.privateProjects + counts.publicProjects,
      total_repo_count: counts.privateRepositories + counts.publicRepositories,
      total_storage_consumption: charged,
      physical_storage_consumption: physical,
      shared_storage_consumption: shared,
      pending_storage_consumption: pending,
    },
  };
});
