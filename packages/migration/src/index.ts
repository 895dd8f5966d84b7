export { type HarborMigrationOptions, migrateFromHarbor, type MigrationProgress, type Side } from './from-harbor.ts';
export { migrateFromRegistry, type RegistryMigrationOptions } from './from-registry.ts';
export type { Count, MigrationReport, Remark, Thing } from './report.ts';
export { SecretsFile } from './secrets-file.ts';
