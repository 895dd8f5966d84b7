import type { Knex } from 'knex';

/** One step of the schema. `name` is recorded in the database and never changes once released; each step runs in its own transaction. */
export interface NamedMigration {
  readonly name: string;
  up(knex: Knex): Promise<void>;
  /** Takes the step back, losing what it held. For development; a released server never runs it. */
  down(knex: Knex): Promise<void>;
}

/** A migration made of plain SQL. `?` would be read as a binding by knex: none of these scripts has one. */
export function sqlMigration(name: string, sql: { readonly up: string; readonly down: string }): NamedMigration {
  return {
    name,
    up: async (knex) => void (await knex.raw(sql.up)),
    down: async (knex) => void (await knex.raw(sql.down)),
  };
}
