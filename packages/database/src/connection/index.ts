export { type KnexOptions, openKnex } from './open-knex.ts';
export { UnsafeIntegerError, valueParsers } from './value-parsers.ts';
