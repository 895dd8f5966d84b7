import { type BlobStore, readJournalIndex } from '@berth/registry';
import type { Knex } from 'knex';
import { StartError } from './start-error.ts';

/**
 * Refuses to start a registry anew on a storage that tells of one, and on a database that a rebuild has not finished. A lost database
 * would otherwise look like an empty registry, and its first pushes would stand in the way of getting it back. Throws StartError.
 */
export async function refuseForgottenStorage(knex: Knex, store: Pick<BlobStore, 'side'>): Promise<void> {
  const { rows } = await knex.raw<{ rows: { rebuilding: boolean; known: boolean }[] }>(
    `select exists (select 1 from settings where name = 'rebuild') as rebuilding,
       exists (select 1 from storage_journal where generation > 0) or exists (select 1 from projects) or exists (select 1 from blobs) as known`,
  );
  if (rows[0]?.rebuilding === true) {
    throw new StartError(
      'A rebuild of this database from its storage has not ended. Nothing was changed. Go on with: berth storage rebuild',
    );
  }
  if (rows[0]?.known === true) return;
  const index = await readJournalIndex(store.side).catch((error: unknown) => {
    throw new StartError(
      `The database is new, and the storage cannot be asked whether it holds a registry already: ${(error as Error).message} Nothing was changed.`,
      { cause: error },
    );
  });
  if (index === undefined || index.parts.length + index.segments.length === 0) return;
  throw new StartError(
    'The database is empty, but the storage holds a registry. Nothing was changed. ' +
      'Get it back with "berth storage rebuild", or with a backup of the database; for a new registry name an empty storage.',
  );
}
