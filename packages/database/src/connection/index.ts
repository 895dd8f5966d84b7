export { LookupUnavailableError } from './lookup-error.ts';
export { type KnexOptions, openKnex } from './open-knex.ts';
export { openSessionPool, type SessionPool, type SessionPoolOptions } from './open-session-pool.ts';
export { PipelinedLookups, type PipelinedLookupsOptions } from './pipelined-lookups.ts';
export { UnsafeIntegerError, valueParsers } from './value-parsers.ts';
