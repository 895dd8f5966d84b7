export * from './connection/index.ts';
export * from './content/index.ts';
export * from './embedded/index.ts';
export * from './migrate/index.ts';
export * from './access/index.ts';
export { DatabaseUnavailableError } from './database-unavailable-error.ts';
export type { Lookups, PreparedStatement } from './lookups.ts';
export * from './registry/index.ts';
export * from './tokens/index.ts';
