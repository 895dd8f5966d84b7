/** A link is past its lease for certain after this, however busy its repository is. */
const LONG_AFTER = `interval '1 day'`;
/** An upload with a sign of life this young is under way. */
const UPLOAD_ACTIVE = `interval '1 hour'`;
/** What could not be decided now is looked at again after this. */
export const LOOK_AGAIN = `interval '10 minutes'`;
export const LOOK_AGAIN_SOON = `interval '1 minute'`;

/**
 * Nothing in its repository needs link `l` of blob `b`. Unresolved references (foreign layers, absent children) count, too; so does the
 * repository's trash while it counts in quotas, which go by links.
 */
export const UNREFERENCED = `
  not exists (select 1 from manifest_references f where f.repository_id = l.repository_id and f.blob_id = l.blob_id)
  and not exists (select 1 from manifest_references f where f.repository_id = l.repository_id and f.digest = b.digest)
  and not ((select trash_counts()) and exists (
    select 1 from trash_blobs h join trash e on e.id = h.trash_id where h.blob_id = l.blob_id and e.repository_id = l.repository_id))`;

/**
 * A CTE of the repositories, of those that the SQL `from` names by `repository_id`, that somebody is pushing to: a long push may outlive the lease of
 * its first layers, and each thing it does in the repository shows that it goes on. `offset 0` keeps the planner from reading the links of all
 * repositories into a hash, for each batch, to look up one.
 */
export function busyRepositories(from: string): string {
  return `busy as materialized (
    select r.repository_id from (select distinct repository_id from ${from}) as r
    where exists (select 1 from repository_blobs o where o.repository_id = r.repository_id and o.lease_until >= now() offset 0)
       or exists (select 1 from upload_sessions s where s.repository_id = r.repository_id and s.active_at > now() - ${UPLOAD_ACTIVE}))`;
}

/** Link `l` is past its lease. Needs {@link busyRepositories}. */
export const LEASE_OVER = `(l.lease_until < now() - ${LONG_AFTER}
  or (l.lease_until < now() and not exists (select 1 from busy where busy.repository_id = l.repository_id)))`;
