export { type ConnectionOptions, connectionUrl } from './connection-options.ts';
export { DataDirectoryInUseError, EmbeddedPostgresError } from './embedded-postgres-error.ts';
export type { PostmasterExit } from './postmaster.ts';
export {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  findRunningPostgres,
  startEmbeddedPostgres,
} from './start-embedded-postgres.ts';
