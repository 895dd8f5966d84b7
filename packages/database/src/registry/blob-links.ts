import type { StoredObject } from '@berth/registry';
import type { Knex } from 'knex';
import { rowsOf } from '../transactions.ts';
import { LEASE } from './leases.ts';

/**
 * Links a blob with a fresh lease. A lease that is fresh to the minute is left alone: parallel pushes of one layer need no write then.
 * `ids` and `from` give the repository's and the blob's id.
 */
export function linkSql(ids: string, from = ''): string {
  return `insert into repository_blobs as l (repository_id, blob_id, lease_until) select ${ids}, now() + ${LEASE} ${from}
    on conflict (repository_id, blob_id) do update set lease_until = excluded.lease_until
    where l.lease_until < excluded.lease_until - interval '1 minute'`;
}

/** Law 3: the object goes later, by its row in the outbox. `delay` is an SQL interval. */
export async function queueDeletion(transaction: Knex, object: StoredObject, delay: string): Promise<void> {
  await rowsOf(transaction, `insert into blob_deletions (storage_key, digest, size, not_before) values (?, ?, ?, now() + ${delay})`, [
    object.key,
    object.digest,
    object.size,
  ]);
}
