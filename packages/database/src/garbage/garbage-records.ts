import type { Digest } from '@berth/oci';
import { DEFAULT_GARBAGE_POLICY, type GarbageBacklog, type GarbagePolicy, type GarbageRecords } from '@berth/registry';
import type { Knex } from 'knex';
import { rowsOf } from '../transactions.ts';
import { collectBlobs } from './collect-blobs.ts';
import { busyRepositories, LEASE_OVER, UNREFERENCED } from './garbage-sql.ts';
import { garbageNumbers } from './numbers.ts';
import { sweep } from './sweep.ts';
import { looseManifests } from './untagged-manifests.ts';
import { why } from './why.ts';

/** Collection on Postgres. The order of locks is told in migrations/README.md. */
export function createGarbageRecords(knex: Knex): GarbageRecords {
  return {
    policy: () => readPolicy(knex),

    async savePolicy(policy) {
      await rowsOf(
        knex,
        `insert into settings (name, value) values ('garbage', ?::jsonb)
         on conflict (name) do update set value = settings.value || excluded.value, updated_at = now()`,
        [JSON.stringify(policy)],
      );
    },

    collect: (limit) => collectBlobs(knex, limit),

    async sweep(position, limit, options = {}) {
      return sweep(knex, { position, limit, policy: { ...(await readPolicy(knex)), ...options } });
    },

    async loose(position, limit, options = {}) {
      return looseManifests(knex, { position, limit, policy: { ...(await readPolicy(knex)), ...options } });
    },

    async collectable(after, limit) {
      return rowsOf<{ position: number; digest: Digest; size: number }>(
        knex,
        `with ${busyRepositories('repository_blobs where lease_until < now()')}
         select b.id as position, b.digest, b.size from blobs b
         where b.id > ? and not exists (select 1 from trash_blobs t where t.blob_id = b.id)
           and not exists (select 1 from repository_blobs l where l.blob_id = b.id and not (${LEASE_OVER} and ${UNREFERENCED}))
         order by b.id limit ?`,
        [after, limit],
      );
    },

    why: async (digest, limit) => why(knex, digest, { limit, policy: await readPolicy(knex) }),

    numbers: () => garbageNumbers(knex),

    async trimEvents(seconds, limit) {
      const rows = await rowsOf<{ gone: number }>(
        knex,
        `with gone as (
           delete from events where id in (
             select id from events where created_at < now() - make_interval(secs => ?) order by created_at limit ? for update skip locked)
           returning 1)
         select count(*)::integer as gone from gone`,
        [seconds, limit],
      );
      return rows[0]?.gone ?? 0;
    },

    async backlog() {
      const rows = await rowsOf<GarbageBacklog>(
        knex,
        `select (select count(*)::integer from garbage_candidates) as candidates, count(*)::integer as objects,
           coalesce(sum(size), 0)::bigint as bytes,
           greatest(0, extract(epoch from now() - coalesce(min(not_before), now())))::integer as overdue from blob_deletions`,
        [],
      );
      return rows[0] ?? { candidates: 0, objects: 0, bytes: 0, overdue: 0 };
    },
  };
}

/** A group that was never saved, or an older one without a newer field, has the defaults. */
async function readPolicy(knex: Knex): Promise<GarbagePolicy> {
  const rows = await rowsOf<{ value: Partial<GarbagePolicy> }>(knex, `select value from settings where name = 'garbage'`, []);
  return { ...DEFAULT_GARBAGE_POLICY, ...rows[0]?.value };
}
