export { appliedMigrations, migrate, type MigrateOptions, SchemaMismatchError } from './migrate.ts';
