import { migrate, SchemaMismatchError } from '@berth/database';
import type { Logger } from '../logging.ts';
import { StartError } from './start-error.ts';

/** Brings the schema up to date. Throws {@link StartError} when the database cannot be reached or has another schema. */
export async function prepareSchema(databaseUrl: string, logger: Logger): Promise<void> {
  try {
    const applied = await migrate(databaseUrl);
    if (applied.length > 0) logger.info({ migrations: applied }, 'brought the database schema up to date');
  } catch (error) {
    if (error instanceof SchemaMismatchError) throw new StartError(error.message, { cause: error });
    throw new StartError(
      `The database cannot be used: ${(error as Error).message}. Nothing was changed; see that it runs and that BERTH_DATABASE_URL is right.`,
      {
        cause: error,
      },
    );
  }
}
