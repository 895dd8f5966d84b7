import type { Digest } from '@berth/oci';
import type { CollectedBatch, CollectedBlob } from '@berth/registry';
import type { Knex } from 'knex';
import { countReclaimed } from '../policy/daily-numbers.ts';
import { DELETION_DELAY } from '../registry/leases.ts';
import { inTransaction, rowsOf } from '../transactions.ts';
import { busyRepositories, LEASE_OVER, LOOK_AGAIN, LOOK_AGAIN_SOON, UNREFERENCED } from './garbage-sql.ts';

/** Links of one batch; a blob with more is taken up again. */
const MAX_LINKS = 5000;

interface Candidate {
  readonly id: number;
  readonly blob_id: number;
}

interface Link {
  readonly repository_id: number;
  readonly blob_id: number;
}

/**
 * Every statement here names some hundred rows of tables that may have millions. Statistics are old just when much has come or gone, and then
 * the planner would read whole tables for each batch.
 */
const ROW_BY_ROW = `select set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)`;

const NOTHING: CollectedBatch = { links: 0, blobs: [], postponed: 0, more: false };

/**
 * Law 4: blobs FOR UPDATE in digest order, then their links, then the questions, each in a statement of its own that sees whatever was
 * committed before the lock. Rows that somebody holds are skipped, so that collection never stands in a queue that it could block.
 */
export async function collectBlobs(knex: Knex, limit: number): Promise<CollectedBatch> {
  return inTransaction(knex, async (transaction) => {
    await rowsOf(transaction, ROW_BY_ROW, []);
    const candidates = await rowsOf<Candidate>(
      transaction,
      'select id, blob_id from garbage_candidates where not_before <= now() order by not_before, id limit ? for update skip locked',
      [limit],
    );
    if (candidates.length === 0) return NOTHING;
    const blobIds = [...new Set(candidates.map((candidate) => candidate.blob_id))];
    const locked = await rowsOf<{ id: number }>(
      transaction,
      'select id from blobs where id = any(?::bigint[]) order by digest for update skip locked',
      [blobIds],
    );
    const lockedIds = locked.map(({ id }) => id);
    const links = await deleteLinks(transaction, await lockLooseLinks(transaction, lockedIds));
    const blobs = await deleteBlobs(transaction, lockedIds);
    const postponed = await settle(transaction, { candidates, blobIds, lockedIds });
    await countReclaimed(
      transaction,
      blobs.reduce((sum, { size }) => sum + size, 0),
    );
    return { links, blobs, postponed, more: candidates.length === limit };
  });
}

/**
 * Only those that look unused are locked: a base layer may have ten thousand links that are none of our business. Whether they go is decided
 * where they are deleted, when nobody can renew them any more.
 */
async function lockLooseLinks(transaction: Knex, blobIds: readonly number[]): Promise<readonly Link[]> {
  if (blobIds.length === 0) return [];
  return rowsOf<Link>(
    transaction,
    `select l.repository_id, l.blob_id from repository_blobs l join blobs b on b.id = l.blob_id
     where l.blob_id = any(?::bigint[]) and l.lease_until < now() and ${UNREFERENCED}
     order by b.digest, l.repository_id limit ${MAX_LINKS} for update of l skip locked`,
    [blobIds],
  );
}

async function deleteLinks(transaction: Knex, links: readonly Link[]): Promise<number> {
  if (links.length === 0) return 0;
  const gone = await rowsOf(
    transaction,
    `with held as (select * from unnest(?::bigint[], ?::bigint[]) as h (repository_id, blob_id)),
     ${busyRepositories('held')}
     delete from repository_blobs l using held h, blobs b
     where l.repository_id = h.repository_id and l.blob_id = h.blob_id and b.id = l.blob_id and ${LEASE_OVER} and ${UNREFERENCED}
     returning 1`,
    [links.map((link) => link.repository_id), links.map((link) => link.blob_id)],
  );
  return gone.length;
}

/** Law 3: the row now, the object later by the outbox. */
async function deleteBlobs(transaction: Knex, blobIds: readonly number[]): Promise<readonly CollectedBlob[]> {
  if (blobIds.length === 0) return [];
  return rowsOf<{ digest: Digest; size: number }>(
    transaction,
    `with gone as (
       delete from blobs b where b.id = any(?::bigint[])
         and not exists (select 1 from repository_blobs l where l.blob_id = b.id)
         and not exists (select 1 from trash_blobs t where t.blob_id = b.id)
       returning b.storage_key, b.digest, b.size)
     insert into blob_deletions (storage_key, digest, size, not_before)
     select storage_key, digest, size, now() + ${DELETION_DELAY} from gone returning digest, size`,
    [blobIds],
  );
}

interface Examined {
  readonly candidates: readonly Candidate[];
  readonly blobIds: readonly number[];
  readonly lockedIds: readonly number[];
}

/** The candidates go; those with an unused link that is still leased, and those that somebody held, come back once each. */
async function settle(transaction: Knex, { candidates, blobIds, lockedIds }: Examined): Promise<number> {
  const later = await rowsOf(
    transaction,
    `with done as (delete from garbage_candidates where id = any(?::bigint[])),
     later as (
       select l.blob_id, min(greatest(l.lease_until, now() + ${LOOK_AGAIN})) as at
       from repository_blobs l join blobs b on b.id = l.blob_id
       where l.blob_id = any(?::bigint[]) and ${UNREFERENCED} group by l.blob_id
       union all
       select b.id, now() + ${LOOK_AGAIN_SOON} from blobs b where b.id = any(?::bigint[]) and b.id <> all(?::bigint[]))
     insert into garbage_candidates (blob_id, not_before) select blob_id, at from later returning 1`,
    [candidates.map(({ id }) => id), lockedIds, blobIds, lockedIds],
  );
  return later.length;
}
