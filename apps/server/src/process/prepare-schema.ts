import { appliedMigrations, migrate, openKnex, SchemaMismatchError, withUpgradeLock } from '@berth/database';
import { type NamedMigration, migrations as released } from '@berth/migrations';
import { BackupError } from '../backup/backup-error.ts';
import { backUpBeforeUpgrade } from '../backup/before-upgrade.ts';
import type { Config } from '../config.ts';
import type { Logger } from '../logging.ts';
import { planOf, type UpgradePlan } from '../upgrade.ts';
import type { CommandAccess } from './installation.ts';
import { StartError } from './start-error.ts';

export interface SchemaWork {
  readonly config: Config;
  readonly access: CommandAccess;
  readonly logger: Logger;
  /** Default: those of this program. */
  readonly migrations?: readonly NamedMigration[];
}

/**
 * Brings the schema up to date. Before a step runs on a database that holds something, the database is backed up, once however many
 * servers start at the same time. Throws {@link StartError} when the database cannot be reached, has another schema, or no backup can be
 * made that is required.
 */
export async function prepareSchema({ config, access, logger, migrations = released }: SchemaWork): Promise<void> {
  const { databaseUrl } = access;
  try {
    const behind = (await planFor(databaseUrl, migrations)).schema === 'older';
    const applied = behind ? await upgrade({ config, access, logger, migrations }) : await migrate(databaseUrl, { migrations });
    if (applied.length > 0) logger.info({ migrations: applied }, 'brought the database schema up to date');
  } catch (error) {
    if (error instanceof StartError) throw error;
    if (error instanceof SchemaMismatchError || error instanceof BackupError) throw new StartError(error.message, { cause: error });
    throw unusable(error);
  }
}

/** Whether a server has ever worked on the database. Throws {@link StartError} when it cannot be reached. */
export async function isUsed(databaseUrl: string): Promise<boolean> {
  try {
    return (await planFor(databaseUrl, released)).schema !== 'new';
  } catch (error) {
    throw unusable(error);
  }
}

function unusable(error: unknown): StartError {
  return new StartError(
    `The database cannot be used: ${(error as Error).message}. Nothing was changed; see that it runs and that BERTH_DATABASE_URL is right.`,
    { cause: error },
  );
}

async function upgrade({ config, access, logger, migrations }: Required<SchemaWork>): Promise<readonly string[]> {
  const { databaseUrl } = access;
  return await withUpgradeLock(databaseUrl, async (lock) => {
    // Another server may have done it while this one waited.
    const plan = await planFor(databaseUrl, migrations);
    const kept = plan.schema === 'older' ? await backUpBeforeUpgrade({ config, access, logger, plan }) : undefined;
    await lock.confirm();
    try {
      return await migrate(databaseUrl, { migrations });
    } catch (error) {
      if (error instanceof SchemaMismatchError) throw error;
      throw new StartError(
        `The schema could not be brought up to date: ${(error as Error).message}. Steps that were done stay done, and the next start goes on after them. ` +
          (kept === undefined ? 'There is no backup of before.' : `The database as it was: ${kept} (docs/upgrade.md says how to go back).`),
        { cause: error },
      );
    }
  });
}

async function planFor(databaseUrl: string, migrations: readonly NamedMigration[]): Promise<UpgradePlan> {
  const knex = openKnex({ url: databaseUrl, applicationName: 'berth-upgrade-plan', poolSize: 1 });
  try {
    return planOf(
      await appliedMigrations(knex),
      migrations.map(({ name }) => name),
    );
  } finally {
    await knex.destroy();
  }
}
