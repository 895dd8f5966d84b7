import type { Knex } from 'knex';
import { StartError } from './start-error.ts';

/**
 * Remembers in the database which storage its blobs are in, and refuses any other: an unmounted disk or a wrong path would otherwise
 * look like a new, empty storage, and every pull like a lost blob. Throws StartError.
 */
export async function requireKnownStorage(knex: Knex, id: string): Promise<void> {
  await knex('settings')
    .insert({ name: 'storage', value: JSON.stringify({ id }) })
    .onConflict('name')
    .ignore();
  const row: { value: { id?: string } } | undefined = await knex('settings').where({ name: 'storage' }).first('value');
  if (row?.value.id === id) return;
  throw new StartError(
    `The blobs of this database are in another storage (${row?.value.id ?? 'unknown'}) than the one that was opened (${id}). Nothing was changed. ` +
      'Is the disk with the blobs mounted at the right place?',
  );
}
