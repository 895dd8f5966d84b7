export { appliedMigrations, migrate, type MigrateOptions, SchemaMismatchError } from './migrate.ts';
export { type UpgradeLock, withUpgradeLock } from './upgrade-lock.ts';
