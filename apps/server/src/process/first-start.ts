import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { ensureFirstAdministrator, PasswordRefusedError } from '@berth/tokens';
import type { Stores } from '../compose.ts';
import { type Config, INITIAL_PASSWORD_FILE } from '../config.ts';
import type { Logger } from '../logging.ts';
import { syncDirectory } from './data-directory.ts';
import { StartError } from './start-error.ts';

/** Key of the advisory lock that servers starting at once on one database meet on, chosen at random. */
const LOCK_KEY = 4_391_870_260_415;

/** Path of the file with the generated first password, while it exists. */
export function initialPasswordFile(config: Config): string | undefined {
  const path = join(config.dataDir, INITIAL_PASSWORD_FILE);
  return existsSync(path) ? path : undefined;
}

/** The generated password is void after another one was set: a file that still shows it would mislead. */
export function removeInitialPassword(config: Config): void {
  rmSync(join(config.dataDir, INITIAL_PASSWORD_FILE), { force: true });
}

/** {@link removeInitialPassword} where a request set the other one: what cannot be removed is no reason to refuse that. */
export function forgetInitialPassword(config: Config, logger: Logger): void {
  try {
    removeInitialPassword(config);
  } catch (error) {
    logger.warn({ err: error }, 'the file of the generated first password cannot be removed; the password in it is void');
  }
}

/** Makes the user `admin` in a database without users, with the configured password or a generated one. Throws {@link StartError}. */
export async function makeFirstAdministrator(config: Config, stores: Pick<Stores, 'knex' | 'identity'>, logger: Logger): Promise<void> {
  try {
    // The lock is held by this transaction's own session; the work goes through the stores as always.
    await stores.knex.transaction(async (transaction) => {
      await transaction.raw('SELECT pg_advisory_xact_lock(?)', [LOCK_KEY]);
      const first = await ensureFirstAdministrator(stores.identity.users, {
        password: config.adminPassword,
        keepGenerated: async (password) => keepInitialPassword(config, password),
      });
      if (!first.made) return;
      const passwordFile = first.generatedPassword === undefined ? undefined : initialPasswordFile(config);
      logger.info({ username: first.username, passwordFile }, 'made the first administrator');
    });
  } catch (error) {
    if (error instanceof PasswordRefusedError) throw new StartError(error.message, { cause: error });
    throw error;
  }
}

/**
 * Keeps the generated password (0600), durably, before the account exists. A file left by a start that crashed in between is
 * replaced: its account was never made.
 */
function keepInitialPassword(config: Config, password: string): void {
  const path = join(config.dataDir, INITIAL_PASSWORD_FILE);
  const temporary = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    const file = openSync(temporary, 'wx', 0o600);
    try {
      writeSync(file, `${password}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
    syncDirectory(config.dataDir);
  } catch (error) {
    throw new StartError(
      `The first password cannot be written to ${path}: ${(error as Error).message}. No user was made; mend this and start again.`,
      { cause: error },
    );
  }
}
