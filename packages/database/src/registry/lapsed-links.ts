import type { Knex } from 'knex';
import { busyRepositories, LEASE_OVER, UNREFERENCED } from '../garbage/garbage-sql.ts';
import { inTransaction, rowsOf } from '../transactions.ts';
import { DELETION_DELAY } from './leases.ts';

interface Link {
  readonly repository_id: number;
  readonly blob_id: number;
}

const UNUSED = `${LEASE_OVER} and ${UNREFERENCED}`;

/**
 * Unlinks what no manifest came to use before its lease ended (law 4). Candidates are found without a lock; then blobs FOR UPDATE in digest
 * order, their links, and only then the question is asked again. A blob that somebody uses at this moment is left for the next run.
 */
export async function releaseLapsedLinks(knex: Knex, limit: number): Promise<number> {
  const candidates = await rowsOf<Link>(
    knex,
    `with ${busyRepositories('repository_blobs where lease_until < now()')}
     select l.repository_id, l.blob_id from repository_blobs l join blobs b on b.id = l.blob_id
     where l.lease_until < now() and ${UNUSED} order by l.lease_until limit ?`,
    [limit],
  );
  if (candidates.length === 0) return 0;
  return inTransaction(knex, async (transaction) => {
    const locked = await rowsOf<{ id: number }>(
      transaction,
      `select id from blobs where id = any(?::bigint[]) order by digest for update skip locked`,
      [candidates.map(({ blob_id }) => blob_id)],
    );
    const free = new Set(locked.map(({ id }) => id));
    const links = candidates.filter(({ blob_id }) => free.has(blob_id));
    const pair = [links.map(({ repository_id }) => repository_id), links.map(({ blob_id }) => blob_id)];
    const given = 'unnest(?::bigint[], ?::bigint[]) as given (repository_id, blob_id)';
    const joined = 'l.repository_id = given.repository_id and l.blob_id = given.blob_id';
    await rowsOf(
      transaction,
      `select 1 from repository_blobs l join ${given} on ${joined} order by l.blob_id, l.repository_id for update of l`,
      pair,
    );
    const gone = await rowsOf(
      transaction,
      `with held as (select * from ${given}), ${busyRepositories('held')}
       delete from repository_blobs l using held given, blobs b
       where ${joined} and b.id = l.blob_id and ${UNUSED}
       returning 1`,
      pair,
    );
    await rowsOf(
      transaction,
      `with gone as (
         delete from blobs b where b.id = any(?::bigint[])
           and not exists (select 1 from repository_blobs l where l.blob_id = b.id)
           and not exists (select 1 from trash_blobs t where t.blob_id = b.id)
         returning storage_key, digest, size)
       insert into blob_deletions (storage_key, digest, size, not_before) select storage_key, digest, size, now() + ${DELETION_DELAY} from gone`,
      [[...free]],
    );
    return gone.length;
  });
}
