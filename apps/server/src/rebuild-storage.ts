import { createRebuildTarget } from '@berth/database';
import { type BlobStore, rebuildRegistry, type RebuildOptions, type RebuildSummary } from '@berth/registry';
import { openDatabase } from './compose.ts';
import { openBlobStore } from './process/open-blob-store.ts';
import type { Config } from './config.ts';
import { createLogger } from './logging.ts';
import { initialPasswordFile, makeFirstAdministrator } from './process/first-start.ts';
import { openInstallation } from './process/installation.ts';
import { requireKnownStorage } from './process/known-storage.ts';
import { prepareSchema } from './process/prepare-schema.ts';

export { NOT_IN_STORAGE } from '@berth/registry';

export interface RebuiltStorage extends RebuildSummary {
  /** Where the generated password of the administrator is, when one was made. */
  readonly passwordFile: string | undefined;
}

/**
 * Rebuilds the registry from its storage into the database that the configuration names, which must be empty; the embedded one is made where
 * it is missing. No server may run. Rejects with StartError or RebuildRefusedError, sentences.
 */
export async function rebuildStorage(config: Config, options: RebuildOptions): Promise<RebuiltStorage> {
  const logger = createLogger({ level: 'error', destination: { write: (line) => void process.stderr.write(line) } });
  const installation = await openInstallation(config, logger, () => undefined);
  let blobStore: BlobStore | undefined;
  try {
    await prepareSchema({ config, access: installation.access, logger });
    const database = openDatabase(installation.access.databaseUrl, logger);
    try {
      blobStore = await openBlobStore(config, (error, doing) => logger.error({ err: error }, `failed while ${doing}`));
      await blobStore.check();
      if (!options.dryRun) {
        await requireKnownStorage(database.knex, blobStore);
        await makeFirstAdministrator(config, database, logger);
      }
      const summary = await rebuildRegistry(createRebuildTarget(database.knex), blobStore, options);
      return { ...summary, passwordFile: initialPasswordFile(config) };
    } finally {
      await blobStore?.close();
      await database.close();
    }
  } finally {
    await installation.close();
  }
}
