import type { GarbageNumbers } from '@berth/registry';
import type { Knex } from 'knex';
import { rowsOf } from '../transactions.ts';
import { busyRepositories, LEASE_OVER, UNREFERENCED } from './garbage-sql.ts';

/** Blobs that are looked at for each number: a page must not wait for a queue of millions. */
const LIMIT = 20_000;

interface Row {
  readonly place: 'reclaimable' | 'in_grace' | 'in_trash';
  readonly blobs: number;
  readonly bytes: number;
}

/**
 * What waits in the queue and in the trash, by what keeps it. A blob that any repository still needs is in none of the numbers. One
 * statement; it locks nothing.
 */
export async function garbageNumbers(knex: Knex): Promise<GarbageNumbers> {
  const rows = await rowsOf<Row>(
    knex,
    `with queued as (select blob_id from (select blob_id from garbage_candidates order by id limit ${LIMIT}) as c
       union select blob_id from (select blob_id from trash_blobs limit ${LIMIT}) as t),
     ${busyRepositories('repository_blobs where blob_id in (select blob_id from queued) and lease_until < now()')},
     loose as (
       select b.id, b.size,
         case when exists (select 1 from trash_blobs t where t.blob_id = b.id) then 'in_trash'
           when exists (select 1 from repository_blobs l where l.blob_id = b.id and not ${LEASE_OVER}) then 'in_grace'
           else 'reclaimable' end as place
       from blobs b join queued q on q.blob_id = b.id
       where not exists (select 1 from repository_blobs l where l.blob_id = b.id and not (${UNREFERENCED})))
     select place, count(*)::integer as blobs, coalesce(sum(size), 0)::bigint as bytes from loose group by place`,
    [],
  );
  const of = (place: Row['place']): { blobs: number; bytes: number } => {
    const row = rows.find((one) => one.place === place);
    return { blobs: row?.blobs ?? 0, bytes: row?.bytes ?? 0 };
  };
  const waiting = await rowsOf<{ blobs: number; bytes: number; queued: number }>(
    knex,
    `select count(*)::integer as blobs, coalesce(sum(size), 0)::bigint as bytes,
       (select count(*)::integer from (select 1 from garbage_candidates limit ${LIMIT + 1}) as c) as queued from blob_deletions`,
    [],
  );
  const { blobs = 0, bytes = 0, queued = 0 } = waiting[0] ?? {};
  return {
    reclaimable: of('reclaimable'),
    inGrace: of('in_grace'),
    inTrash: of('in_trash'),
    waiting: { blobs, bytes },
    complete: queued <= LIMIT,
  };
}
