import type { Traffic } from '@berth/registry';
import type { Knex } from 'knex';
import { rowsOf } from '../transactions.ts';

/**
 * Counts in Postgres. Each statement is its own transaction and takes its rows in the order of their keys, so that several processes may
 * write at once. Names are resolved here, once per batch: what was deleted meanwhile counts no more.
 */
export function createTraffic(knex: Knex): Traffic {
  return {
    async add(pulls, pushes, bytes = []) {
      const columns = [
        pulls.map((pull) => pull.repository),
        pulls.map((pull) => pull.digest),
        pulls.map((pull) => pull.tag ?? null),
        pulls.map((pull) => pull.count),
        pulls.map((pull) => pull.lastAt.toISOString()),
      ];
      const given = 'unnest(?::text[], ?::text[], ?::text[], ?::bigint[], ?::timestamptz[]) as g (repository, digest, tag, count, last_at)';
      if (pulls.length > 0) {
        await rowsOf(
          knex,
          `insert into manifest_traffic as t (manifest_id, pull_count, pulled_at)
           select m.id, sum(g.count), max(g.last_at) from ${given}
           join repositories r on r.name = g.repository and r.deleted_at is null
           join manifests m on m.repository_id = r.id and m.digest = g.digest
           group by m.id order by m.id
           on conflict (manifest_id) do update
             set pull_count = t.pull_count + excluded.pull_count, pulled_at = greatest(t.pulled_at, excluded.pulled_at)`,
          columns,
        );
        await rowsOf(
          knex,
          `insert into tag_traffic as t (repository_id, tag, pull_count, pulled_at)
           select r.id, g.tag, sum(g.count), max(g.last_at) from ${given}
           join repositories r on r.name = g.repository and r.deleted_at is null
           where exists (select 1 from tags o where o.repository_id = r.id and o.name = g.tag)
           group by r.id, g.tag order by r.id, g.tag
           on conflict (repository_id, tag) do update
             set pull_count = t.pull_count + excluded.pull_count, pulled_at = greatest(t.pulled_at, excluded.pulled_at)`,
          columns,
        );
      }
      await rowsOf(
        knex,
        `insert into repository_traffic as t (repository_id, pull_count, pulled_at, push_count, pushed_at, pulled_bytes, pushed_bytes)
         select r.id, coalesce(sum(g.pulls), 0), max(g.pulled_at), coalesce(sum(g.pushes), 0), max(g.pushed_at),
           coalesce(sum(g.delivered), 0), coalesce(sum(g.received), 0) from (
           select repository, count as pulls, last_at as pulled_at, 0 as pushes, null::timestamptz as pushed_at, 0 as delivered, 0 as received
             from unnest(?::text[], ?::bigint[], ?::timestamptz[]) as p (repository, count, last_at)
           union all
           select repository, 0, null, count, last_at, 0, 0
             from unnest(?::text[], ?::bigint[], ?::timestamptz[]) as p (repository, count, last_at)
           union all
           select repository, 0, null, 0, null, delivered, received
             from unnest(?::text[], ?::bigint[], ?::bigint[]) as b (repository, delivered, received)) g
         join repositories r on r.name = g.repository and r.deleted_at is null
         group by r.id order by r.id
         on conflict (repository_id) do update set
           pull_count = t.pull_count + excluded.pull_count, pulled_at = greatest(t.pulled_at, excluded.pulled_at),
           push_count = t.push_count + excluded.push_count, pushed_at = greatest(t.pushed_at, excluded.pushed_at),
           pulled_bytes = t.pulled_bytes + excluded.pulled_bytes, pushed_bytes = t.pushed_bytes + excluded.pushed_bytes`,
        [
          columns[0],
          columns[3],
          columns[4],
          pushes.map((push) => push.repository),
          pushes.map((push) => push.count),
          pushes.map((push) => push.lastAt.toISOString()),
          bytes.map((sum) => sum.repository),
          bytes.map((sum) => sum.delivered),
          bytes.map((sum) => sum.received),
        ],
      );
    },
  };
}
