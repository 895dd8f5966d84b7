import type { StoredObject } from '@berth/registry';
import type { Knex } from 'knex';
import { rowsOf } from '../transactions.ts';
import { LEASE } from './leases.ts';

/**
 * Links a blob with a fresh lease. A lease that is fresh to the minute is left alone: of parallel pushes of one layer only the first writes,
 * and the others do not queue for its row. `repositoryId`, `blobId` and `from` are SQL; a binding may stand in `from` only.
 */
export function linkSql(repositoryId: string, blobId: string, from: string): string {
  return `insert into repository_blobs as l (repository_id, blob_id, lease_until)
    select ${repositoryId}, ${blobId}, now() + ${LEASE} from ${from}
    where not exists (
      select 1 from repository_blobs f
      where f.repository_id = ${repositoryId} and f.blob_id = ${blobId} and f.lease_until > now() + ${LEASE} - interval '1 minute')
    on conflict (repository_id, blob_id) do update set lease_until = excluded.lease_until`;
}

/** Law 3: the object goes later, by its row in the outbox. `delay` is an SQL interval. */
export async function queueDeletion(transaction: Knex, object: StoredObject, delay: string): Promise<void> {
  await rowsOf(transaction, `insert into blob_deletions (storage_key, digest, size, not_before) values (?, ?, ?, now() + ${delay})`, [
    object.key,
    object.digest,
    object.size,
  ]);
}
