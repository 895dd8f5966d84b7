import { getConfigurations } from './configurations/get-configurations.ts';
import { getInternalconfig } from './configurations/get-internalconfig.ts';
import { updateConfigurations } from './configurations/update-configurations.ts';
import type { Endpoint } from './endpoint.ts';
import { addProjectMetadatas } from './projects/add-project-metadatas.ts';
import { deleteProjectMetadata } from './projects/delete-project-metadata.ts';
import { getQuota } from './quotas/get-quota.ts';
import { listQuotas } from './quotas/list-quotas.ts';
import { updateQuota } from './quotas/update-quota.ts';
import { getStatistic } from './statistics/get-statistic.ts';
import { getVolumes } from './statistics/get-volumes.ts';
import { search } from './statistics/search.ts';

/** Settings, numbers, quotas, rules and the audit log. */
export const POLICY_ENDPOINTS: readonly Endpoint[] = [
  getConfigurations,
  updateConfigurations,
  getInternalconfig,
  listQuotas,
  getQuota,
  updateQuota,
  getStatistic,
  search,
  getVolumes,
  addProjectMetadatas,
  deleteProjectMetadata,
];
