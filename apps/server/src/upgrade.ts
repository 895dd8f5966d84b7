import { appliedMigrations, connectionUrl, findRunningPostgres, openKnex } from '@berth/database';
import { migrations } from '@berth/migrations';
import { upgradeBackupPlace } from './backup/before-upgrade.ts';
import type { Config } from './config.ts';
import { createLogger } from './logging.ts';
import { embeddedDirectory, mayHaveDatabase, runDatabase, type RunningDatabase } from './process/installation.ts';
import { VERSION } from './version.ts';

/** What starting this version would do to the database. */
export interface UpgradePlan {
  /** Of this program. */
  readonly version: string;
  /** `new`: nothing is there yet. `current`: nothing to do. `older`: steps are waiting. `newer`, `foreign`: this version cannot use it. */
  readonly schema: 'new' | 'current' | 'older' | 'newer' | 'foreign';
  /** Names of the steps that a start would run, in order. */
  readonly pending: readonly string[];
  /** Names that this version does not know. */
  readonly unknown: readonly string[];
  /** Where a start would back the database up before the first step; absent where it would not, or nothing is pending. */
  readonly backup?: string;
}

/** Reads only; the database may be in use by a running server of another version. Throws StartError when it cannot be reached. */
export async function checkUpgrade(config: Config): Promise<UpgradePlan> {
  if (!mayHaveDatabase(config)) return planOf([]);
  const logger = createLogger({ level: 'error', destination: { write: (line) => void process.stderr.write(line) } });
  const running = config.database.kind === 'embedded' ? await findRunningPostgres(embeddedDirectory(config)) : undefined;
  const started = running === undefined ? await runDatabase(config, logger, () => undefined) : undefined;
  const knex = openKnex({ url: urlOf(running, started), applicationName: 'berth-upgrade-check', poolSize: 1 });
  try {
    const plan = planOf(await appliedMigrations(knex));
    if (plan.schema !== 'older' || config.upgrade.backup === 'off') return plan;
    return { ...plan, backup: upgradeBackupPlace(config) };
  } finally {
    await knex.destroy();
    await started?.close();
  }
}

function urlOf(running: Awaited<ReturnType<typeof findRunningPostgres>>, started: RunningDatabase | undefined): string {
  if (running !== undefined) return connectionUrl(running);
  if (started === undefined) throw new Error('There is a database.');
  return started.databaseUrl;
}

export function planOf(applied: readonly string[], known: readonly string[] = migrations.map(({ name }) => name)): UpgradePlan {
  const shared = applied.findIndex((name, index) => known[index] !== name);
  const same = shared < 0 ? applied.length : shared;
  const unknown = applied.slice(same);
  const pending = unknown.length > 0 ? [] : known.slice(same);
  return { version: VERSION, schema: schemaOf({ applied, known, unknown, pending }), pending, unknown };
}

interface Compared {
  readonly applied: readonly string[];
  readonly known: readonly string[];
  readonly unknown: readonly string[];
  readonly pending: readonly string[];
}

function schemaOf({ applied, known, unknown, pending }: Compared): UpgradePlan['schema'] {
  // Newer versions only append.
  if (unknown.length > 0) return applied.length - unknown.length === known.length ? 'newer' : 'foreign';
  if (applied.length === 0) return 'new';
  return pending.length === 0 ? 'current' : 'older';
}
