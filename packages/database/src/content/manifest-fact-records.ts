import type { Digest } from '@berth/oci';
import type { ManifestFactRecords, StorageKey } from '@berth/registry';
import type { Knex } from 'knex';
import { rowsOf } from '../transactions.ts';

interface SourceRow {
  readonly id: number;
  readonly media_type: string;
  readonly bytes: Buffer;
  readonly storage_key: StorageKey | null;
  readonly config_digest: Digest;
  readonly config_size: number;
}

/** Ids are not in commit order: how far behind the newest one is looked for what is still unread. */
const LOOK_BACK = 10_000;
/** Manifest bytes in one answer; a single one always fits. */
const MAX_SOURCE_BYTES = 16 * 1024 * 1024;

export function createManifestFactRecords(knex: Knex): ManifestFactRecords {
  return {
    async pending(limit) {
      const rows = await rowsOf<{ id: number }>(
        knex,
        `select c.id from manifest_contents c
         where c.id > (select coalesce(max(content_id), 0) from manifest_facts) - ?
           and not exists (select 1 from manifest_facts f where f.content_id = c.id)
           and exists (select 1 from manifests m where m.content_id = c.id)
         order by c.id limit ?`,
        [LOOK_BACK, limit],
      );
      return rows.map(({ id }) => id);
    },

    async sources(contentIds, maxConfigBytes) {
      const rows = await rowsOf<SourceRow>(
        knex,
        `select found.id, found.media_type, found.bytes, b.storage_key, b.digest as config_digest, b.size as config_size from (
           select c.id, c.bytes, m.media_type, m.id as manifest_id, sum(octet_length(c.bytes)) over (order by c.id) - octet_length(c.bytes) as before
           from manifest_contents c
           cross join lateral (select m.id, m.media_type from manifests m where m.content_id = c.id limit 1) m
           where c.id = any(?::bigint[])) as found
         left join manifest_references f on f.manifest_id = found.manifest_id and f.position = 0 and f.role = 'config'
         left join blobs b on b.id = f.blob_id and b.state = 'live' and b.size <= ?
         where found.before < ?`,
        [contentIds, maxConfigBytes, MAX_SOURCE_BYTES],
      );
      return rows.map((row) => ({
        contentId: row.id,
        mediaType: row.media_type,
        bytes: row.bytes,
        config: row.storage_key === null ? undefined : { key: row.storage_key, digest: row.config_digest, size: row.config_size },
      }));
    },

    async save(facts) {
      const ids = [...facts.keys()].sort((a, b) => a - b);
      await rowsOf(
        knex,
        `insert into manifest_facts (content_id, facts)
         select c.id, given.facts from unnest(?::bigint[], ?::text[]) as given (id, facts)
         join manifest_contents c on c.id = given.id order by c.id
         on conflict (content_id) do nothing`,
        [ids, ids.map((id) => JSON.stringify(facts.get(id)))],
      );
    },
  };
}
