import { LEASE_LOW } from './leases.ts';

/**
 * A blob through its link: repository name, digest. Three index lookups. The repository is looked up by itself, not joined: a join may be
 * planned through all the links of the blob, and a base layer is linked by thousands of repositories.
 */
export const LINKED_BLOB = {
  name: 'linked_blob',
  text: `select b.storage_key, b.size, l.lease_until < now() + ${LEASE_LOW} as lease_runs_low
from blobs b
join repository_blobs l on l.blob_id = b.id
where b.digest = $2 and b.state = 'live'
  and l.repository_id = (select id from repositories where name = $1 and deleted_at is null)`,
};

/** A manifest by tag: repository name, tag. Without its bytes, which do not change and may come from the cache. */
export const MANIFEST_BY_TAG = {
  name: 'manifest_by_tag',
  text: `select m.digest, m.media_type, m.size, m.content_id
from repositories r
join tags t on t.repository_id = r.id and t.name = $2
join manifests m on m.id = t.manifest_id
where r.name = $1 and r.deleted_at is null`,
};

/** A manifest by digest: repository name, digest. */
export const MANIFEST_BY_DIGEST = {
  name: 'manifest_by_digest',
  text: `select m.digest, m.media_type, m.size, m.content_id
from repositories r
join manifests m on m.repository_id = r.id and m.digest = $2
where r.name = $1 and r.deleted_at is null`,
};
