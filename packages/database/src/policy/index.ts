export { createAuditLog } from './audit-log.ts';
export { createContentSearch } from './content-search.ts';
export { createDailyNumbers } from './daily-numbers.ts';
export { createImmutableRules } from './immutable-rules.ts';
export { createQuotaEvents } from './quota-events.ts';
export { createQuotas } from './quotas.ts';
export { createRetentionRecords } from './retention-records.ts';
export { createProjectMetadata } from './project-metadata.ts';
