import { type NamedMigration, migrations as releasedMigrations } from '@berth/migrations';
import type { Knex } from 'knex';
import { openKnex } from '../connection/open-knex.ts';

/** The schema in the database and the migrations in this program do not belong together. */
export class SchemaMismatchError extends Error {
  override readonly name = 'SchemaMismatchError';
}

export interface MigrateOptions {
  /** Default: the released list of @berth/migrations. */
  readonly migrations?: readonly NamedMigration[];
  /** Stops after the migration of this name. Default: run all. */
  readonly upTo?: string;
  /** Called after each migration that this call ran. */
  readonly onApplied?: (name: string) => void;
}

/** Key of the advisory lock, chosen once at random; all migrators of one database meet on it. */
const LOCK_KEY = 7_203_448_112_906;

/**
 * Brings the schema at `url` up to date and returns the names that were run. Any number of replicas may call it at once: each step
 * is one transaction that first takes an advisory lock and then looks whether the step is still to be done. The lock ends with its
 * transaction, so a crashed migrator blocks nobody and leaves no half step.
 * Rejects with {@link SchemaMismatchError} when the schema is newer than this program.
 */
export async function migrate(url: string, options: MigrateOptions = {}): Promise<readonly string[]> {
  const list = upTo(options.migrations ?? releasedMigrations, options.upTo);
  const database = openKnex({ url, applicationName: 'berth-migrate', poolSize: 1, statementTimeoutMs: 0 });
  try {
    await createTable(database);
    const ran: string[] = [];
    for (const migration of list) {
      if (await runStep(database, migration, list)) {
        ran.push(migration.name);
        options.onApplied?.(migration.name);
      }
    }
    return ran;
  } finally {
    await database.destroy();
  }
}

/** Names of the migrations that the database at `url` records, in the order they ran; empty for a database without any. */
export async function appliedMigrations(database: Knex): Promise<readonly string[]> {
  const exists = await database.raw<{ rows: { present: boolean }[] }>(`SELECT to_regclass('berth_migrations') IS NOT NULL AS present`);
  if (exists.rows[0]?.present !== true) return [];
  return await readNames(database);
}

function upTo(list: readonly NamedMigration[], last: string | undefined): readonly NamedMigration[] {
  if (last === undefined) return list;
  const index = list.findIndex((migration) => migration.name === last);
  if (index < 0)
    throw new SchemaMismatchError(`No migration is named ${last}, so the schema cannot be brought to it. Nothing was changed.`);
  return list.slice(0, index + 1);
}

async function createTable(database: Knex): Promise<void> {
  await database.transaction(async (transaction) => {
    await lock(transaction);
    await transaction.raw(`
      CREATE TABLE IF NOT EXISTS berth_migrations (
        position   integer PRIMARY KEY,
        name       text NOT NULL UNIQUE,
        applied_at timestamptz NOT NULL DEFAULT now()
      )`);
  });
}

async function lock(transaction: Knex.Transaction): Promise<void> {
  await transaction.raw('SELECT pg_advisory_xact_lock(?)', [LOCK_KEY]);
}

async function readNames(database: Knex): Promise<readonly string[]> {
  const rows = await database<{ name: string; position: number }>('berth_migrations').select('name').orderBy('position');
  return rows.map((row) => row.name);
}

/** True when this call ran the step, false when it was done already. */
async function runStep(database: Knex, migration: NamedMigration, list: readonly NamedMigration[]): Promise<boolean> {
  return await database.transaction(async (transaction) => {
    await lock(transaction);
    const done = await readNames(transaction);
    requirePrefix(done, list);
    const position = list.indexOf(migration);
    if (position < done.length) return false;
    await migration.up(transaction);
    await transaction('berth_migrations').insert({ position, name: migration.name });
    return true;
  });
}

function requirePrefix(done: readonly string[], list: readonly NamedMigration[]): void {
  for (const [index, name] of done.entries()) {
    const known = list[index]?.name;
    if (known === name) continue;
    if (known === undefined) {
      throw new SchemaMismatchError(
        `The database's schema is newer than this Berth: it has the migration ${name}, which this version does not know. Nothing was changed. Start the newer version again, or restore a backup made before the upgrade.`,
      );
    }
    throw new SchemaMismatchError(
      `The database records the migration ${name} where this Berth has ${known}: it was made by another program or by a development version. Nothing was changed. Use another database.`,
    );
  }
}
