import type { Digest } from '@berth/oci';
import type { StorageKey, TrashKind } from '@berth/registry';
import type { Knex } from 'knex';
import { queueDeletion } from '../registry/blob-links.ts';
import { DELETION_DELAY } from '../registry/leases.ts';
import { inTransaction, rowsOf } from '../transactions.ts';

interface Entry {
  readonly kind: TrashKind;
  readonly project_id: number;
  readonly repository_id: number | null;
}

/** One transaction: the entry, and what only it held. False when it is gone, or a restore has it. */
export async function purgeEntry(knex: Knex, id: number): Promise<boolean> {
  return inTransaction(knex, async (transaction) => {
    const entries = await rowsOf<Entry>(
      transaction,
      'select kind, project_id, repository_id from trash where id = ? for update skip locked',
      [id],
    );
    const entry = entries[0];
    if (entry === undefined) return false;
    const blobs = await rowsOf<{ id: number }>(transaction, 'select blob_id as id from trash_blobs where trash_id = ?', [id]);
    const contents = await rowsOf<{ id: number }>(transaction, 'select content_id as id from trash_contents where trash_id = ?', [id]);
    await rowsOf(transaction, 'delete from trash where id = ?', [id]);
    await dropBlobs(transaction, idsOf(blobs));
    if (entry.kind === 'repository' && entry.repository_id !== null) {
      await dropContents(transaction, await emptyRepository(transaction, entry.repository_id));
    } else await dropContents(transaction, idsOf(contents));
    if (entry.kind === 'project') await rowsOf(transaction, 'delete from project_members where project_id = ?', [entry.project_id]);
    return true;
  });
}

/** Asked after the locks, in a statement of its own, as everywhere. Those with a link are collection's. */
async function dropBlobs(transaction: Knex, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  await rowsOf(transaction, 'select 1 from blobs where id = any(?::bigint[]) order by digest for update', [ids]);
  const gone = await rowsOf<{ digest: Digest; storage_key: StorageKey; size: number }>(
    transaction,
    `delete from blobs b where b.id = any(?::bigint[])
       and not exists (select 1 from repository_blobs l where l.blob_id = b.id)
       and not exists (select 1 from trash_blobs t where t.blob_id = b.id)
     returning b.digest, b.storage_key, b.size`,
    [ids],
  );
  for (const { digest, storage_key: key, size } of gone) await queueDeletion(transaction, { key, digest, size }, DELETION_DELAY);
}

async function dropContents(transaction: Knex, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  await rowsOf(transaction, 'select 1 from manifest_contents where id = any(?::bigint[]) order by digest for update', [ids]);
  await rowsOf(
    transaction,
    `delete from manifest_contents c where c.id = any(?::bigint[])
       and not exists (select 1 from manifests m where m.content_id = c.id)
       and not exists (select 1 from trash_contents t where t.content_id = c.id)`,
    [ids],
  );
}

/** Its row stays, for what points at it; its links stay for collection, which finds them unused. Answers the contents that it had. */
async function emptyRepository(transaction: Knex, repositoryId: number): Promise<readonly number[]> {
  const deleted = await rowsOf(transaction, 'select 1 from repositories where id = ? and deleted_at is not null for update', [
    repositoryId,
  ]);
  if (deleted.length === 0) return [];
  await rowsOf(transaction, 'delete from tags where repository_id = ?', [repositoryId]);
  await rowsOf(transaction, 'delete from tag_history where repository_id = ?', [repositoryId]);
  await rowsOf(transaction, 'delete from tag_traffic where repository_id = ?', [repositoryId]);
  await rowsOf(transaction, 'delete from manifest_references where repository_id = ?', [repositoryId]);
  // Only of a repository that went with its project: by itself one with a pin cannot be deleted.
  await rowsOf(transaction, 'delete from manifest_pins p using manifests m where m.id = p.manifest_id and m.repository_id = ?', [
    repositoryId,
  ]);
  const gone = await rowsOf<{ id: number }>(transaction, 'delete from manifests where repository_id = ? returning content_id as id', [
    repositoryId,
  ]);
  return idsOf(gone);
}

function idsOf(rows: readonly { readonly id: number }[]): readonly number[] {
  return rows.map(({ id }) => id);
}
