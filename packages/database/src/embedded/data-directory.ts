import { accessSync, chmodSync, constants, existsSync, mkdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';

const ALL_OF_IT = constants.R_OK | constants.W_OK | constants.X_OK;

/** Creates the data directory where it is missing, and refuses one that this user cannot work in. Returns its real path. */
export function prepareDataDirectory(path: string): string {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    // Postgres's own user only passes through to its cluster, which is closed to all others, as the secrets are.
    if (process.getuid?.() === 0) chmodSync(path, 0o711);
    accessSync(path, ALL_OF_IT);
    const cluster = join(path, 'cluster');
    if (existsSync(cluster)) accessSync(cluster, ALL_OF_IT);
    return realpathSync(path);
  } catch (cause) {
    const reason = (cause as Error).message;
    throw new EmbeddedPostgresError(
      `The database directory ${path} cannot be used (${reason}). Start Berth as the user who owns it, or give it another BERTH_DATA. Nothing was changed.`,
      { cause },
    );
  }
}

/** The Postgres major that made `cluster`, from its PG_VERSION; undefined when there is no cluster. */
export function readMajor(cluster: string): number | undefined {
  if (!existsSync(cluster)) return undefined;
  const path = join(cluster, 'PG_VERSION');
  const major = existsSync(path) ? Number.parseInt(readFileSync(path, 'utf8'), 10) : Number.NaN;
  if (Number.isInteger(major)) return major;
  throw new EmbeddedPostgresError(
    `${cluster} exists but is not a Postgres cluster: PG_VERSION is missing or unreadable. Restore it from a backup, or move it away to begin with an empty database. Nothing was changed.`,
  );
}
