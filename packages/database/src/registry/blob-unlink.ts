import type { Digest, RepositoryName } from '@berth/oci';
import type { StorageKey } from '@berth/registry';
import type { Knex } from 'knex';
import { inTransaction, rowsOf } from '../transactions.ts';
import { queueDeletion } from './blob-links.ts';
import { DELETION_DELAY } from './leases.ts';
import { lockRepository } from './repository-rows.ts';

type Unlinked = 'unlinked' | 'absent' | 'in use';

interface LinkedRow {
  readonly id: number;
  readonly storage_key: StorageKey;
  readonly size: number;
}

/**
 * Removes a link, and with the last link the blob's row (its object goes by the outbox), unless the trash holds it. The blob is locked FOR UPDATE before its link:
 * a manifest PUT, a mount or an upload that came first is waited for, one that comes later finds the row gone.
 */
export async function unlinkBlob(knex: Knex, repositoryName: RepositoryName, digest: Digest): Promise<Unlinked> {
  return inTransaction(knex, async (transaction) => {
    const repository = await lockRepository(transaction, repositoryName);
    if (repository === undefined) return 'absent';
    const blob = await lockLinkedBlob(transaction, repository.id, digest);
    if (blob === undefined) return 'absent';
    if (await isReferenced(transaction, { repositoryId: repository.id, blobId: blob.id, digest })) return 'in use';
    await rowsOf(transaction, 'delete from repository_blobs where repository_id = ? and blob_id = ?', [repository.id, blob.id]);
    const gone = await rowsOf(
      transaction,
      `delete from blobs b where b.id = ? and not exists (select 1 from repository_blobs l where l.blob_id = b.id)
         and not exists (select 1 from trash_blobs t where t.blob_id = b.id) returning 1`,
      [blob.id],
    );
    if (gone.length > 0) await queueDeletion(transaction, { key: blob.storage_key, digest, size: blob.size }, DELETION_DELAY);
    return 'unlinked';
  });
}

async function lockLinkedBlob(transaction: Knex, repositoryId: number, digest: Digest): Promise<LinkedRow | undefined> {
  const blobs = await rowsOf<LinkedRow>(
    transaction,
    `select b.id, b.storage_key, b.size from blobs b
     where b.digest = ? and exists (select 1 from repository_blobs l where l.repository_id = ? and l.blob_id = b.id)
     for update of b`,
    [digest, repositoryId],
  );
  const blob = blobs[0];
  if (blob === undefined) return undefined;
  const links = await rowsOf(transaction, 'select 1 from repository_blobs where repository_id = ? and blob_id = ? for update', [
    repositoryId,
    blob.id,
  ]);
  return links.length > 0 ? blob : undefined;
}

/** Asked after the locks, in a statement of its own: it sees every manifest that was committed while we waited. */
async function isReferenced(transaction: Knex, link: { repositoryId: number; blobId: number; digest: Digest }): Promise<boolean> {
  const rows = await rowsOf<{ used: boolean }>(
    transaction,
    `select exists (select 1 from manifest_references where repository_id = ? and blob_id = ?)
         or exists (select 1 from manifest_references where repository_id = ? and digest = ?) as used`,
    [link.repositoryId, link.blobId, link.repositoryId, link.digest],
  );
  return rows[0]?.used === true;
}
