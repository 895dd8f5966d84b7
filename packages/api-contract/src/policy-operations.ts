import { configurationOperations } from './configurations.ts';
import { projectMetadataOperations } from './project-metadata.ts';
import { quotaOperations } from './quotas.ts';
import { statisticOperations } from './statistics.ts';

/** Settings, numbers, quotas, rules and the audit log. */
export const policyOperations = {
  ...configurationOperations,
  ...quotaOperations,
  ...statisticOperations,
  ...projectMetadataOperations,
} as const;
