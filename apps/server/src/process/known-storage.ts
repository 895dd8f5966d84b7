import { beginMove, createMoveRecords } from '@berth/database';
import { type BlobStore, MovingBlobStore } from '@berth/registry';
import type { Knex } from 'knex';
import { StartError } from './start-error.ts';

/**
 * Remembers in the database which storage its blobs are in, and refuses any other: an unmounted disk or a wrong path would otherwise
 * look like a new, empty storage, and every pull like a lost blob. With two storages it remembers that blobs move from one to the other, and
 * refuses to do without the first before that has ended. Throws StartError.
 */
export async function requireKnownStorage(knex: Knex, store: BlobStore): Promise<void> {
  if (store instanceof MovingBlobStore) return requireKnownMove(knex, store);
  await knex('settings')
    .insert({ name: 'storage', value: JSON.stringify({ id: store.id }) })
    .onConflict('name')
    .ignore();
  const move = await createMoveRecords(knex).state();
  if (move !== undefined && !move.ended) {
    throw new StartError(
      `The blobs of this database are moving from ${move.from} to ${move.to}, and that has not ended. Nothing was changed. ` +
        'Name both storages again (BERTH_STORAGE_PREVIOUS, or storage.previous in berth.yml), start, and go on with: berth storage migrate',
    );
  }
  const row: { value: { id?: string } } | undefined = await knex('settings').where({ name: 'storage' }).first('value');
  if (row?.value.id !== store.id) throw wrongStorage(row?.value.id, store.id);
}

async function requireKnownMove(knex: Knex, { places, source, target }: MovingBlobStore): Promise<void> {
  const { from, to } = places;
  if (from === to) throw new StartError(`The storage and the previous one are the same: ${to}. Nothing was changed.`);
  const start = await beginMove(knex, { from, to, sourceId: source.id, targetId: target.id });
  if (start.outcome === 'unknown storage') throw wrongStorage(start.known, source.id);
  if (start.outcome === 'other move') {
    throw new StartError(
      `The blobs of this database are moving from ${start.from} to ${start.to}, and that has not ended; the configuration names ` +
        `${from} and ${to}. Nothing was changed. Name those two, or the same two the other way round to go back.`,
    );
  }
}

function wrongStorage(known: string | undefined, opened: string): StartError {
  return new StartError(
    `The blobs of this database are in another storage (${known ?? 'unknown'}) than the one that was opened (${opened}). Nothing was changed. ` +
      'Is the disk with the blobs mounted at the right place? To move the blobs elsewhere, see: berth storage migrate --help',
  );
}
