/** How far is followed: indexes of indexes, signatures of signatures. Tags could even make a circle. */
const MAX_LEVELS = 8;

/**
 * The recursive part `family (id, level)` of a statement: a manifest with its children and its accessories, and theirs. What stands on a
 * higher level must be there before what stands on a lower one. Bindings: repository id, digest.
 */
export const FAMILY = `family (id, level) as (
  select m.id, 0 from manifests m where m.repository_id = ? and m.digest = ?
  union
  select next.id, f.level + 1 from family f join manifests s on s.id = f.id
  cross join lateral (
    select r.child_id as id from manifest_references r where r.manifest_id = s.id and r.child_id is not null
    union all
    select a.id from manifests a where a.repository_id = s.repository_id and a.subject_digest = s.digest
    union all
    select t.manifest_id from tags t where t.repository_id = s.repository_id and t.accessory_of = s.digest) next
  where f.level < ${MAX_LEVELS})`;
