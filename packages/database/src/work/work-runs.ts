import type { SavedWorkSchedule, WorkParameters, WorkRun, WorkRuns, WorkSchedule, WorkStatus } from '@berth/registry';
import type { Knex } from 'knex';
import { actorName } from '../content/actor-names.ts';
import { inTransaction, rowsOf } from '../transactions.ts';

/** As {@link WORK_RUN_COLUMNS} select it. */
export interface WorkRunRow {
  readonly id: number;
  readonly kind: string;
  readonly trigger: 'Manual' | 'Schedule';
  readonly parameters: WorkParameters;
  readonly actor: string;
  readonly actor_name: string;
  readonly status: WorkStatus;
  readonly phase: string;
  readonly done: number;
  readonly total: number | null;
  readonly bytes: number;
  readonly total_bytes: number | null;
  readonly result: WorkParameters;
  readonly stop_wanted: boolean;
  readonly created_at: Date;
  readonly started_at: Date | null;
  readonly ended_at: Date | null;
  readonly updated_at: Date;
}

interface ScheduleRow {
  readonly kind: string;
  readonly type: WorkSchedule['type'];
  readonly cron: string;
  readonly parameters: WorkParameters;
  readonly saved_at: Date;
  readonly planned_after: Date;
  readonly now: Date;
}

/** Of `work_runs w`. */
export const WORK_RUN_COLUMNS = `w.id, w.kind, w.trigger, w.parameters, w.actor, ${actorName('w.actor')} as actor_name, w.status, w.phase, w.done, w.total, w.bytes,
  w.total_bytes, w.result, w.stop_wanted, w.created_at, w.started_at, w.ended_at, w.updated_at`;
const SCHEDULE = 'kind, type, cron, parameters, saved_at, planned_after, now() as now';
/** A run whose process gave no sign for this long goes on in another one. */
const DEAD_AFTER = `interval '2 minutes'`;
/** Later lines are left out; the numbers go on. */
const MAX_LOG_BYTES = 1_000_000;
/** Runs of one kind that are remembered. */
const KEPT_RUNS = 200;

export function createWorkRuns(knex: Knex): WorkRuns {
  return {
    create: (run) => create(knex, run),

    async find(id) {
      const rows = await rowsOf<WorkRunRow>(knex, `select ${WORK_RUN_COLUMNS} from work_runs w where w.id = ?`, [id]);
      return rows[0] && workRunOf(rows[0]);
    },

    async list({ page, pageSize, kind, status }) {
      const where = 'w.kind = coalesce(?, w.kind) and w.status = coalesce(?, w.status)';
      const values = [kind ?? null, status ?? null];
      const rows = await rowsOf<WorkRunRow>(
        knex,
        `select ${WORK_RUN_COLUMNS} from work_runs w where ${where} order by w.id desc limit ? offset ?`,
        [...values, pageSize, (page - 1) * pageSize],
      );
      const counts = await rowsOf<{ total: number }>(knex, `select count(*)::integer as total from work_runs w where ${where}`, values);
      return { items: rows.map(workRunOf), total: counts[0]?.total ?? 0 };
    },

    async log(id) {
      const rows = await rowsOf<{ log: string }>(knex, 'select log from work_runs where id = ?', [id]);
      return rows[0]?.log;
    },

    async take(kinds) {
      const rows = await rowsOf<{ id: number }>(
        knex,
        `update work_runs set status = 'Running', alive_at = now(), started_at = coalesce(started_at, now()), updated_at = now()
         where id = (
           select id from work_runs
           where kind = any(?::text[]) and status in ('Pending', 'Running') and not (status = 'Running' and alive_at > now() - ${DEAD_AFTER})
           order by id limit 1 for update skip locked)
         returning id`,
        [kinds],
      );
      return rows[0] && this.find(rows[0].id);
    },

    async report(id, { phase, done, total, bytes, totalBytes, result, lines = [] }) {
      const rows = await rowsOf<{ stop_wanted: boolean }>(
        knex,
        `update work_runs set phase = coalesce(?, phase), done = coalesce(?, done), total = coalesce(?, total), bytes = coalesce(?, bytes),
           total_bytes = coalesce(?, total_bytes), result = coalesce(?::jsonb, result),
           log = case when octet_length(log) < ${MAX_LOG_BYTES} then log || ? else log end, alive_at = now(), updated_at = now()
         where id = ? returning stop_wanted`,
        [
          ...[phase ?? null, done ?? null, total ?? null, bytes ?? null, totalBytes ?? null],
          ...[result === undefined ? null : JSON.stringify(result), text(lines), id],
        ],
      );
      return rows[0]?.stop_wanted === false;
    },

    async finish(id, status, line) {
      await rowsOf(knex, 'update work_runs set status = ?, log = log || ?, ended_at = now(), updated_at = now() where id = ?', [
        status,
        text([line]),
        id,
      ]);
    },

    async stop(id) {
      const rows = await rowsOf(
        knex,
        `update work_runs set stop_wanted = true, status = case status when 'Pending' then 'Stopped' else status end,
           ended_at = case status when 'Pending' then now() else ended_at end, updated_at = now()
         where id = ? and status in ('Pending', 'Running') returning 1`,
        [id],
      );
      return rows.length > 0;
    },

    async schedule(kind) {
      const rows = await rowsOf<ScheduleRow>(knex, `select ${SCHEDULE} from work_schedules where kind = ?`, [kind]);
      return rows[0] && scheduleOf(rows[0]);
    },

    async schedules() {
      const rows = await rowsOf<ScheduleRow>(knex, `select ${SCHEDULE} from work_schedules order by kind`, []);
      return rows.map(scheduleOf);
    },

    async saveSchedule(kind, schedule) {
      if (schedule === undefined) await rowsOf(knex, 'delete from work_schedules where kind = ?', [kind]);
      else
        await rowsOf(
          knex,
          `insert into work_schedules (kind, type, cron, parameters) values (?, ?, ?, ?::jsonb)
           on conflict (kind) do update set type = excluded.type, cron = excluded.cron, parameters = excluded.parameters, saved_at = now(),
             planned_after = now()`,
          [kind, schedule.type, schedule.cron, JSON.stringify(schedule.parameters)],
        );
    },

    plan: ({ kind, plannedAfter, parameters }) =>
      inTransaction(knex, async (transaction) => {
        // Of two processes one finds it as it was.
        const mine = await rowsOf(
          transaction,
          `update work_schedules set planned_after = now() where kind = ? and date_trunc('milliseconds', planned_after) = ? returning 1`,
          [kind, plannedAfter],
        );
        if (mine.length === 0) return false;
        await create(transaction, { kind, trigger: 'Schedule', parameters, actor: 'system:schedule' });
        return true;
      }),
  };
}

async function create(knex: Knex, { kind, trigger, parameters, actor }: Parameters<WorkRuns['create']>[0]): Promise<number> {
  await rowsOf(
    knex,
    `delete from work_runs where kind = ? and status not in ('Pending', 'Running')
       and id < (select min(id) from (select id from work_runs where kind = ? order by id desc limit ${KEPT_RUNS}) kept)`,
    [kind, kind],
  );
  const rows = await rowsOf<{ id: number }>(
    knex,
    'insert into work_runs (kind, trigger, parameters, actor) values (?, ?, ?::jsonb, ?) returning id',
    [kind, trigger, JSON.stringify(parameters), actor],
  );
  if (rows[0] === undefined) throw new Error('The run was not recorded.');
  return rows[0].id;
}

function text(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

export function workRunOf(row: WorkRunRow): WorkRun {
  return {
    ...{ id: row.id, kind: row.kind, trigger: row.trigger, parameters: row.parameters, actor: row.actor, actorName: row.actor_name },
    ...{ status: row.status, phase: row.phase, done: row.done, total: row.total ?? undefined, bytes: row.bytes },
    ...{ totalBytes: row.total_bytes ?? undefined, result: row.result, stopWanted: row.stop_wanted, createdAt: row.created_at },
    ...{ startedAt: row.started_at ?? undefined, endedAt: row.ended_at ?? undefined, updatedAt: row.updated_at },
  };
}

function scheduleOf({ saved_at: savedAt, planned_after: plannedAfter, ...row }: ScheduleRow): SavedWorkSchedule {
  return { ...row, savedAt, plannedAfter };
}
