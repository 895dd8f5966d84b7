import { auditOperations } from './audit.ts';
import { configurationOperations } from './configurations.ts';
import { projectMetadataOperations } from './project-metadata.ts';
import { immutableOperations } from './immutable.ts';
import { quotaOperations } from './quotas.ts';
import { retentionOperations } from './retention.ts';
import { dailyOperations } from './daily.ts';
import { statisticOperations } from './statistics.ts';

/** Settings, numbers, quotas, rules and the audit log. */
export const policyOperations = {
  ...auditOperations,
  ...configurationOperations,
  ...immutableOperations,
  ...quotaOperations,
  ...retentionOperations,
  ...statisticOperations,
  ...dailyOperations,
  ...projectMetadataOperations,
} as const;
