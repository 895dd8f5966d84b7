import type { GarbageRun, GarbageRunParameters, GarbageRuns, GarbageRunStatus, GarbageSchedule } from '@berth/registry';
import type { Knex } from 'knex';
import { rowsOf } from '../transactions.ts';

/** As {@link GARBAGE_RUN_COLUMNS} select it. */
export interface GarbageRunRow {
  readonly id: number;
  readonly kind: 'Manual' | 'Schedule';
  readonly parameters: GarbageRunParameters;
  readonly status: GarbageRunStatus;
  readonly links: number;
  readonly blobs: number;
  readonly bytes: number;
  readonly manifests: number;
  readonly created_at: Date;
  readonly updated_at: Date;
}

export const GARBAGE_RUN_COLUMNS = 'id, kind, parameters, status, links, blobs, bytes, manifests, created_at, updated_at';
/** A run whose process gave no sign for this long goes on in another one. */
const DEAD_AFTER = `interval '5 minutes'`;
/** Later lines are left out; the numbers go on. */
const MAX_LOG_CHARACTERS = 1_000_000;

export function createGarbageRuns(knex: Knex): GarbageRuns {
  return {
    async create({ kind, parameters, actor }) {
      const rows = await rowsOf<{ id: number }>(
        knex,
        'insert into garbage_runs (kind, parameters, actor) values (?, ?::jsonb, ?) returning id',
        [kind, JSON.stringify(parameters), actor],
      );
      if (rows[0] === undefined) throw new Error('The run was not recorded.');
      return rows[0].id;
    },

    async find(id) {
      const rows = await rowsOf<GarbageRunRow>(knex, `select ${GARBAGE_RUN_COLUMNS} from garbage_runs where id = ?`, [id]);
      return rows[0] && garbageRunOf(rows[0]);
    },

    async list({ page, pageSize, status }) {
      const rows = await rowsOf<GarbageRunRow>(
        knex,
        `select ${GARBAGE_RUN_COLUMNS} from garbage_runs where status = coalesce(?, status) order by id desc limit ? offset ?`,
        [status ?? null, pageSize, (page - 1) * pageSize],
      );
      const counts = await rowsOf<{ total: number }>(
        knex,
        'select count(*)::integer as total from garbage_runs where status = coalesce(?, status)',
        [status ?? null],
      );
      return { items: rows.map(garbageRunOf), total: counts[0]?.total ?? 0 };
    },

    async log(id) {
      const rows = await rowsOf<{ log: string }>(
        knex,
        `select g.log || coalesce((select string_agg(l.lines, '' order by l.id) from garbage_run_lines l where l.run_id = g.id), '') as log
         from garbage_runs g where g.id = ?`,
        [id],
      );
      return rows[0]?.log;
    },

    async take() {
      const rows = await rowsOf<GarbageRunRow>(
        knex,
        `update garbage_runs set status = 'Running', alive_at = now(), updated_at = now()
         where id = (
           select id from garbage_runs where status in ('Pending', 'Running') and not (status = 'Running' and alive_at > now() - ${DEAD_AFTER})
           order by id limit 1 for update skip locked)
         returning ${GARBAGE_RUN_COLUMNS}`,
        [],
      );
      return rows[0] && garbageRunOf(rows[0]);
    },

    async step(id, { links, blobs, bytes, manifests, lines }) {
      const text = lines.map((line) => `${line}\n`).join('');
      const rows = await rowsOf<{ stop_wanted: boolean }>(
        knex,
        `with run as (
           update garbage_runs set links = links + ?, blobs = blobs + ?, bytes = bytes + ?, manifests = manifests + ?,
             lines_length = lines_length + ?, alive_at = now(), updated_at = now()
           where id = ? returning id, stop_wanted, lines_length),
         kept as (
           insert into garbage_run_lines (run_id, lines)
           select id, ?::text from run where ? > 0 and lines_length - ? < ${MAX_LOG_CHARACTERS})
         select stop_wanted from run`,
        [links, blobs, bytes, manifests, text.length, id, text, text.length, text.length],
      );
      return rows[0]?.stop_wanted === false;
    },

    async finish(id, status, line) {
      await rowsOf(
        knex,
        `with run as (update garbage_runs set status = ?, updated_at = now() where id = ? returning id)
         insert into garbage_run_lines (run_id, lines) select id, ? from run`,
        [status, id, `${line}\n`],
      );
    },

    async stop(id) {
      const rows = await rowsOf(
        knex,
        `update garbage_runs set stop_wanted = true, status = case status when 'Pending' then 'Stopped' else status end, updated_at = now()
         where id = ? and status in ('Pending', 'Running') returning 1`,
        [id],
      );
      return rows.length > 0;
    },

    async schedule() {
      const rows = await rowsOf<{ value: GarbageSchedule; saved_at: Date; now: Date; last_run_at: Date | null }>(
        knex,
        `select value, updated_at as saved_at, now() as now, (select max(created_at) from garbage_runs where kind = 'Schedule') as last_run_at
         from settings where name = 'garbage schedule'`,
        [],
      );
      const row = rows[0];
      return row && { ...row.value, savedAt: row.saved_at, now: row.now, lastRunAt: row.last_run_at ?? undefined };
    },

    async saveSchedule(schedule) {
      if (schedule === undefined) await rowsOf(knex, `delete from settings where name = 'garbage schedule'`, []);
      else
        await rowsOf(
          knex,
          `insert into settings (name, value) values ('garbage schedule', ?::jsonb)
           on conflict (name) do update set value = excluded.value, updated_at = now()`,
          [JSON.stringify(schedule)],
        );
    },
  };
}

export function garbageRunOf({ created_at: createdAt, updated_at: updatedAt, ...row }: GarbageRunRow): GarbageRun {
  return { ...row, createdAt, updatedAt };
}
