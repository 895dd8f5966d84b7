import type { PullCount, Traffic } from '@berth/registry';
import type { Knex } from 'knex';
import { inTransaction, rowsOf } from '../transactions.ts';

/**
 * Counts in Postgres: a batch as a whole, or nothing of it where it fails. Each statement takes its rows in the order of their keys, so that
 * several processes may write at once. Names are resolved here, once per batch: what was deleted meanwhile counts no more.
 */
export function createTraffic(knex: Knex): Traffic {
  return {
    add: (pulls, pushes, bytes = []) =>
      inTransaction(knex, async (transaction) => {
        const pulled = columnsOf(pulls);
        const [names, digests, , counts, times] = pulled;
        if (pulls.length > 0) {
          await rowsOf(transaction, OF_MANIFESTS, [names, digests, ...pulled]);
          await rowsOf(transaction, OF_TAGS, [names, ...pulled]);
        }
        const all = [...pulls, ...pushes, ...bytes].map(({ repository }) => repository);
        await rowsOf(transaction, OF_REPOSITORIES, [
          ...[all, names, counts, times],
          ...[
            pushes.map(({ repository }) => repository),
            pushes.map(({ count }) => count),
            pushes.map(({ lastAt }) => lastAt.toISOString()),
          ],
          ...[bytes.map(({ repository }) => repository), bytes.map(({ delivered }) => delivered), bytes.map(({ received }) => received)],
        ]);
      }),
  };
}

function columnsOf(pulls: readonly PullCount[]): readonly [unknown[], unknown[], unknown[], unknown[], unknown[]] {
  return [
    pulls.map((pull) => pull.repository),
    pulls.map((pull) => pull.digest),
    pulls.map((pull) => pull.tag ?? null),
    pulls.map((pull) => pull.count),
    pulls.map((pull) => pull.lastAt.toISOString()),
  ];
}

const GIVEN = 'unnest(?::text[], ?::text[], ?::text[], ?::bigint[], ?::timestamptz[]) as g (repository, digest, tag, count, last_at)';
/** Held, so that what counts for them is not written after they went. Binds the names. */
const LIVING = `living as materialized (
  select id, name from repositories where name = any(?::text[]) and deleted_at is null order by id for key share)`;

const OF_MANIFESTS = `
with here as materialized (
  select m.id, r.name, m.digest from unnest(?::text[], ?::text[]) as w (repository, digest)
  join repositories r on r.name = w.repository and r.deleted_at is null
  join manifests m on m.repository_id = r.id and m.digest = w.digest order by m.id for key share of m)
insert into manifest_traffic as t (manifest_id, pull_count, pulled_at)
select h.id, sum(g.count), max(g.last_at) from ${GIVEN} join (select distinct id, name, digest from here) h
  on h.name = g.repository and h.digest = g.digest
group by h.id order by h.id
on conflict (manifest_id) do update
  set pull_count = t.pull_count + excluded.pull_count, pulled_at = greatest(t.pulled_at, excluded.pulled_at)`;

const OF_TAGS = `
with ${LIVING}
insert into tag_traffic as t (repository_id, tag, pull_count, pulled_at)
select r.id, g.tag, sum(g.count), max(g.last_at) from ${GIVEN} join living r on r.name = g.repository
where exists (select 1 from tags o where o.repository_id = r.id and o.name = g.tag)
group by r.id, g.tag order by r.id, g.tag
on conflict (repository_id, tag) do update
  set pull_count = t.pull_count + excluded.pull_count, pulled_at = greatest(t.pulled_at, excluded.pulled_at)`;

const OF_REPOSITORIES = `
with ${LIVING}
insert into repository_traffic as t (repository_id, pull_count, pulled_at, push_count, pushed_at, pulled_bytes, pushed_bytes)
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
join living r on r.name = g.repository
group by r.id order by r.id
on conflict (repository_id) do update set
  pull_count = t.pull_count + excluded.pull_count, pulled_at = greatest(t.pulled_at, excluded.pulled_at),
  push_count = t.push_count + excluded.push_count, pushed_at = greatest(t.pushed_at, excluded.pushed_at),
  pulled_bytes = t.pulled_bytes + excluded.pulled_bytes, pushed_bytes = t.pushed_bytes + excluded.pushed_bytes`;
