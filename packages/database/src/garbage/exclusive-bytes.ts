import type { Knex } from 'knex';
import { plannedRowsOf } from '../transactions.ts';

/** Indexes of indexes, at most so deep. */
const MAX_LEVELS = 8;

/**
 * Bytes of the blobs that only this manifest and its own children need, in any repository and in the trash: what would become free if it were
 * deleted everywhere. A child that is tagged, pinned or listed elsewhere is not its own.
 */
export async function exclusiveBytes(knex: Knex, contentId: number): Promise<number> {
  const rows = await plannedRowsOf<{ bytes: number }>(
    knex,
    `with recursive tree (id, level) as (
       select m.id, 0 from manifests m where m.content_id = ?
       union
       select f.child_id, t.level + 1 from tree t join manifest_references f on f.manifest_id = t.id
       where f.child_id is not null and t.level < ${MAX_LEVELS}
         and not exists (select 1 from tags g where g.repository_id = f.repository_id and g.manifest_id = f.child_id)
         and not exists (select 1 from manifest_pins x where x.manifest_id = f.child_id)),
     own as materialized (
       select id from tree where level = 0 or not exists (
         select 1 from manifest_references f join manifests m on m.id = f.manifest_id
         where f.repository_id = m.repository_id and f.child_id = tree.id and f.manifest_id not in (select id from tree)))
     select coalesce(sum(b.size), 0)::bigint as bytes from blobs b
     where b.id in (select f.blob_id from manifest_references f join own on own.id = f.manifest_id)
       and not exists (select 1 from trash_blobs t where t.blob_id = b.id)
       and not exists (
         select 1 from repository_blobs l join manifest_references f on f.repository_id = l.repository_id and f.blob_id = l.blob_id
         where l.blob_id = b.id and f.manifest_id not in (select id from own))`,
    [contentId],
  );
  return rows[0]?.bytes ?? 0;
}
