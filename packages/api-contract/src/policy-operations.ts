import { configurationOperations } from './configurations.ts';
import { projectMetadataOperations } from './project-metadata.ts';
import { statisticOperations } from './statistics.ts';

/** Settings, numbers, quotas, rules and the audit log. */
export const policyOperations = {
  ...configurationOperations,
  ...statisticOperations,
  ...projectMetadataOperations,
} as const;
