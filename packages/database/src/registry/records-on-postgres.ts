import type { RecordsUnderTest } from '@berth/testkit';
import type { Knex } from 'knex';
import type { Lookups } from '../lookups.ts';
import { rowsOf } from '../transactions.ts';
import { createBlobRecords } from './blob-records.ts';
import { createManifestRecords } from './manifest-records.ts';
import { createUploadSessions } from './upload-sessions.ts';

/** Every column that says when something is over. */
const TIMES = [
  ['upload_sessions', 'claimed_until'],
  ['upload_sessions', 'active_at'],
  ['repository_blobs', 'lease_until'],
  ['blob_deletions', 'not_before'],
  ['blob_deletions', 'claimed_until'],
  ['garbage_candidates', 'not_before'],
] as const;

/** Things that no commit may leave behind. Each query names what it finds. */
const RESIDUE = [
  `select 'transaction left open: ' || query as found from pg_stat_activity
   where datname = current_database() and state like 'idle in transaction%' and pid <> pg_backend_pid()`,
  `select 'reference not linked: manifest ' || r.manifest_id as found from manifest_references r
   where r.blob_id is not null and not exists
     (select 1 from repository_blobs l where l.repository_id = r.repository_id and l.blob_id = r.blob_id)`,
  `select 'blob without a link and without a deletion: ' || b.digest as found from blobs b
   where not exists (select 1 from repository_blobs l where l.blob_id = b.id)
     and not exists (select 1 from trash_blobs t where t.blob_id = b.id)`,
  `select 'live object queued for deletion: ' || b.storage_key as found from blobs b join blob_deletions d using (storage_key)`,
  `select 'content that no manifest has: ' || c.digest as found from manifest_contents c
   where not exists (select 1 from manifests m where m.content_id = c.id)
     and not exists (select 1 from trash_contents t where t.content_id = c.id)`,
  `select 'tag whose last move says otherwise: ' || t.name as found from tags t join manifests m on m.id = t.manifest_id
   where m.digest is distinct from (select h.digest from tag_history h where h.repository_id = t.repository_id and h.tag = t.name
     order by h.id desc limit 1)`,
];

/** The ports on a test database; for tests only. */
export function recordsOnPostgres(knex: Knex, lookups: Lookups): RecordsUnderTest {
  return {
    uploadSessions: createUploadSessions(knex),
    blobRecords: createBlobRecords({ knex, lookups }),
    manifestRecords: createManifestRecords({ knex, lookups }),

    async createProject(name, options) {
      const rows = await rowsOf<{ id: number }>(
        knex,
        `with owner as (
           insert into users (username, username_key, email, email_key, password_hash) values (?, ?, '', '', '') returning id)
         insert into projects (name, public, owner_id) select ?, ?, id from owner returning id`,
        [name, name, name, options?.public ?? false],
      );
      const id = rows[0]?.id;
      if (id === undefined) throw new Error('No project was created.');
      return id;
    },

    async age(seconds) {
      for (const [table, column] of TIMES) {
        await rowsOf(knex, `update ${table} set ${column} = ${column} - make_interval(secs => ?)`, [seconds]);
      }
    },

    async residue() {
      const found = await Promise.all(RESIDUE.map((query) => rowsOf<{ found: string }>(knex, query, [])));
      return found.flat().map((row) => row.found);
    },
  };
}
