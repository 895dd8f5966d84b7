import type { PushSteps } from '@berth/registry';
import type { Knex } from 'knex';
import { rowsOf } from '../transactions.ts';

/** Nobody reads older ones. */
const KEPT = `interval '1 minute'`;

/** Takes its rows in the order of their keys, so that several processes may write at once; leaves rows that another one holds to it. */
export function createPushSteps(knex: Knex): PushSteps {
  return {
    async publish(steps) {
      await rowsOf(
        knex,
        `with old as (
           delete from push_steps where (repository, part) in (
             select repository, part from push_steps where changed_at < now() - ${KEPT} limit 1000 for update skip locked))
         insert into push_steps as s (repository, part, state, actor, digest, bytes, problem)
         select g.repository, g.part, g.state, g.actor, g.digest, coalesce(g.bytes, (select b.size from blobs b where b.digest = g.digest)), g.problem
         from unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::bigint[], ?::text[])
           as g (repository, part, state, actor, digest, bytes, problem)
         where exists (
           select 1 from push_watches w
           where w.scope in ('', g.repository, split_part(g.repository, '/', 1)) and w.until > now())
         order by g.repository, g.part
         on conflict (repository, part) do update set state = excluded.state, actor = excluded.actor, digest = excluded.digest,
           bytes = excluded.bytes, problem = excluded.problem, changed_at = now()`,
        [
          steps.map((step) => step.repository),
          steps.map((step) => step.part),
          steps.map((step) => step.state),
          steps.map((step) => step.actor),
          steps.map((step) => step.digest ?? null),
          steps.map((step) => step.bytes ?? null),
          steps.map((step) => step.problem ?? null),
        ],
      );
    },
  };
}
