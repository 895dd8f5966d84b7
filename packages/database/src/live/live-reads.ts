import type { Digest, ProjectName, RepositoryName } from '@berth/oci';
import type { ActorKey, LiveReads, PushState } from '@berth/registry';
import type { Knex } from 'knex';
import { actorName } from '../content/actor-names.ts';
import { GARBAGE_RUN_COLUMNS, garbageRunOf, type GarbageRunRow } from '../garbage/garbage-runs.ts';
import { type ExecutionRow, executionOf, RETENTION_COLUMNS } from '../policy/retention-history.ts';
import { rowsOf } from '../transactions.ts';
import { WORK_RUN_COLUMNS, type WorkRunRow, workRunOf } from '../work/work-runs.ts';
import { EVENT_COLUMNS, eventOf, type EventRow } from './event-rows.ts';

interface PlacedEventRow extends EventRow {
  readonly transaction: string;
}

interface StepRow {
  readonly repository: RepositoryName;
  readonly part: string;
  readonly state: PushState;
  readonly actor: ActorKey;
  readonly actor_name: string;
  readonly digest: Digest | null;
  readonly bytes: number | null;
  readonly problem: string | null;
  readonly changed_at: Date;
}

export function createLiveReads(knex: Knex): LiveReads {
  return {
    async position() {
      const rows = await rowsOf<{ transaction: string }>(knex, 'select pg_snapshot_xmin(pg_current_snapshot())::text as transaction', []);
      if (rows[0] === undefined) throw new Error('The database tells no snapshot.');
      return { transaction: rows[0].transaction, id: 0 };
    },

    async eventsAfter({ transaction, id }, limit) {
      // Transactions below the snapshot's lowest are over: no event can come to lie among those read here.
      const rows = await rowsOf<PlacedEventRow>(
        knex,
        `select e.transaction_id::text as transaction, ${EVENT_COLUMNS}
         from events e join repositories r on r.id = e.repository_id
         where (e.transaction_id, e.id) > (?::text::xid8, ?::bigint) and e.transaction_id < pg_snapshot_xmin(pg_current_snapshot())
         order by e.transaction_id, e.id limit ?`,
        [transaction, id, limit],
      );
      return rows.map((row) => {
        const { id: eventId, ...event } = eventOf(row);
        return { position: { transaction: row.transaction, id: eventId }, ...event };
      });
    },

    async recentSteps(seconds, limit) {
      const rows = await rowsOf<StepRow>(
        knex,
        `select s.*, ${actorName('s.actor')} as actor_name from push_steps s
         where s.changed_at > now() - make_interval(secs => ?) order by s.changed_at, s.repository, s.part limit ?`,
        [seconds, limit],
      );
      return rows.map((row) => ({
        ...{
          repository: row.repository,
          part: row.part,
          state: row.state,
          actor: row.actor,
          actorName: row.actor_name,
          at: row.changed_at,
        },
        ...{ digest: row.digest ?? undefined, bytes: row.bytes ?? undefined, problem: row.problem ?? undefined },
      }));
    },

    async recentWork(seconds, limit) {
      const rows = await rowsOf<WorkRunRow>(
        knex,
        `select ${WORK_RUN_COLUMNS} from work_runs w where w.updated_at > now() - make_interval(secs => ?) order by w.updated_at, w.id limit ?`,
        [seconds, limit],
      );
      return rows.map(workRunOf);
    },

    async recentCollections(seconds, limit) {
      const rows = await rowsOf<GarbageRunRow>(
        knex,
        `select ${GARBAGE_RUN_COLUMNS} from garbage_runs where updated_at > now() - make_interval(secs => ?) order by updated_at, id limit ?`,
        [seconds, limit],
      );
      return rows.map(garbageRunOf);
    },

    async recentRetentions(seconds, limit) {
      const rows = await rowsOf<ExecutionRow & { project: ProjectName; updated_at: Date }>(
        knex,
        `select e.*, p.name as project from (
           select ${RETENTION_COLUMNS}, updated_at from retention_executions
           where updated_at > now() - make_interval(secs => ?) order by updated_at, id limit ?) e
         join projects p on p.id = e.project_id where p.deleted_at is null order by e.updated_at, e.id`,
        [seconds, limit],
      );
      return rows.map((row) => ({ ...executionOf(row), project: row.project, updatedAt: row.updated_at }));
    },

    async watch(scopes, seconds) {
      await rowsOf(
        knex,
        `with over as (delete from push_watches where scope in (
           select scope from push_watches where until < now() - interval '1 minute' limit 1000 for update skip locked))
         insert into push_watches as w (scope, until)
         select scope, now() + make_interval(secs => ?) from unnest(?::text[]) as g (scope) order by scope
         on conflict (scope) do update set until = greatest(w.until, excluded.until)`,
        [seconds, scopes],
      );
    },
  };
}
