import type { RepositoryName } from '@berth/oci';
import { COUNTED, type DailyNumbers, type DayNumbers, type DayRange, type JobDay } from '@berth/registry';
import type { Knex } from 'knex';
import { inTransaction, rowsOf } from '../transactions.ts';

/** SQL of the present day. */
export const TODAY = `(now() at time zone 'utc')::date`;
const TRIM_ROWS = 10_000;
const COUNTS = 't.pull_count, t.push_count, t.pulled_bytes, t.pushed_bytes';
const MARKS = 'coalesce(m.pulls, 0), coalesce(m.pushes, 0), coalesce(m.pulled_bytes, 0), coalesce(m.pushed_bytes, 0)';

interface ValueRow {
  readonly day: string;
  readonly measure: string;
  readonly value: number;
}

/** Measures are `<registry|project|repository>:<what>`, so that each plot is one range of the primary key. */
export function createDailyNumbers(knex: Knex): DailyNumbers {
  return {
    roll: () =>
      inTransaction(knex, async (transaction) => {
        // One at a time: marks and numbers move together.
        await rowsOf(transaction, 'lock table daily_marks in share row exclusive mode', []);
        await rowsOf(transaction, COUNT_ON, []);
        await rowsOf(transaction, LOOK, []);
      }),

    async trim(days) {
      const rows = await rowsOf(
        knex,
        `with numbers as (
           delete from daily_numbers where (measure, day, subject) in (
             select measure, day, subject from daily_numbers where day < ${TODAY} - ?::integer limit ${TRIM_ROWS}) returning 1),
         jobs as (delete from job_days where day < ${TODAY} - ?::integer returning 1)
         select 1 from numbers`,
        [days, days],
      );
      return { more: rows.length === TRIM_ROWS };
    },

    async days(range, projectId) {
      const level = projectId === undefined ? 'registry' : 'project';
      const rows = await rowsOf<ValueRow>(
        knex,
        `select day::text as day, split_part(measure, ':', 2) as measure, value from daily_numbers
         where measure = any(?::text[]) and subject = ? and day between ?::date and ?::date order by day`,
        [MEASURES.map((name) => `${level}:${name}`), projectId ?? 0, range.from, range.to],
      );
      return daysOf(rows);
    },

    async top(of, { from, to }, { limit, projectId }) {
      return rowsOf<{ name: RepositoryName; value: number }>(
        knex,
        `select r.name, sum(n.value)::bigint as value from daily_numbers n join repositories r on r.id = n.subject
         where n.measure = ? and n.day between ?::date and ?::date and r.deleted_at is null and r.project_id = coalesce(?, r.project_id)
         group by r.name having sum(n.value) > 0 order by 2 desc, 1 limit ?`,
        [`repository:${of}`, from, to, projectId ?? null, limit],
      );
    },

    async projects({ from, to }, limit) {
      const rows = await rowsOf<{ name: string; day: string; value: number }>(
        knex,
        `with largest as (
           select n.subject, p.name, n.value from daily_numbers n join projects p on p.id = n.subject and p.deleted_at is null
           where n.measure = 'project:logical' and n.value > 0
             and n.day = (select max(day) from daily_numbers where measure = 'registry:logical' and day between ?::date and ?::date)
           order by n.value desc, p.name limit ?)
         select l.name, n.day::text as day, n.value from largest l
         join daily_numbers n on n.measure = 'project:logical' and n.subject = l.subject and n.day between ?::date and ?::date
         order by l.value desc, l.name, n.day`,
        [from, to, limit, from, to],
      );
      const projects = new Map<string, { day: string; value: number }[]>();
      for (const { name, day, value } of rows) projects.set(name, [...(projects.get(name) ?? []), { day, value }]);
      return [...projects].map(([name, days]) => ({ name, days }));
    },

    jobs: ({ from, to }: DayRange) =>
      rowsOf<JobDay>(
        knex,
        'select day::text as day, job, runs, failures, seconds, longest from job_days where day between ?::date and ?::date order by job, day',
        [from, to],
      ),
  };
}

/** What came to the running counts since the marks, at each level; then the marks follow. Repositories made meanwhile begin at nothing. */
const COUNT_ON = `
with news as materialized (
  select t.repository_id, r.project_id, ${COUNTS},
    t.pull_count - coalesce(m.pulls, 0) as pulls, t.push_count - coalesce(m.pushes, 0) as pushes,
    t.pulled_bytes - coalesce(m.pulled_bytes, 0) as bytes_out, t.pushed_bytes - coalesce(m.pushed_bytes, 0) as bytes_in
  from repository_traffic t join repositories r on r.id = t.repository_id left join daily_marks m on m.repository_id = t.repository_id
  where (${COUNTS}) is distinct from (${MARKS})),
parts as (
  select repository_id, project_id, what, value from news, lateral (
    values ('pulls', pulls), ('pushes', pushes), ('pulled_bytes', bytes_out), ('pushed_bytes', bytes_in)) as v (what, value)
  where value > 0),
marked as (
  insert into daily_marks as m (repository_id, pulls, pushes, pulled_bytes, pushed_bytes)
  select repository_id, pull_count, push_count, pulled_bytes, pushed_bytes from news
  on conflict (repository_id) do update set pulls = excluded.pulls, pushes = excluded.pushes,
    pulled_bytes = excluded.pulled_bytes, pushed_bytes = excluded.pushed_bytes)
insert into daily_numbers as d (measure, day, subject, value)
select measure, ${TODAY}, subject, sum(value) from (
  select 'repository:' || what as measure, repository_id as subject, value from parts
  union all select 'project:' || what, project_id, value from parts
  union all select 'registry:' || what, 0, value from parts) levels
group by measure, subject order by measure, subject
on conflict (measure, day, subject) do update set value = d.value + excluded.value`;

/** What is held now; the last look of a day counts. */
const LOOK = `
insert into daily_numbers as d (measure, day, subject, value)
select measure, ${TODAY}, subject, value from (
  select 'project:logical' as measure, q.project_id as subject, q.used_bytes as value
    from project_quotas q join projects p on p.id = q.project_id and p.deleted_at is null
  union all select 'registry:logical', 0, coalesce(sum(used_bytes), 0)::bigint from project_quotas
  union all select 'registry:physical', 0, coalesce(sum(size), 0)::bigint from blobs) looked
order by measure, subject
on conflict (measure, day, subject) do update set value = excluded.value where d.value <> excluded.value`;

const MEASURES = ['logical', 'physical', 'reclaimed', ...COUNTED];

function daysOf(rows: readonly ValueRow[]): readonly DayNumbers[] {
  const days = new Map<string, Map<string, number>>();
  for (const { day, measure, value } of rows) {
    const numbers = days.get(day) ?? new Map<string, number>();
    numbers.set(measure, value);
    days.set(day, numbers);
  }
  return [...days].map(([day, numbers]) => {
    const count = (name: string): number => numbers.get(name) ?? 0;
    return {
      ...{ day, logical: numbers.get('logical'), physical: numbers.get('physical'), reclaimed: count('reclaimed') },
      ...{ pulls: count('pulls'), pushes: count('pushes'), pulled_bytes: count('pulled_bytes'), pushed_bytes: count('pushed_bytes') },
    };
  });
}

/** Within the transaction that lets blobs go, as its last statement: all who collect meet at this row. */
export async function countReclaimed(transaction: Knex, bytes: number): Promise<void> {
  if (bytes === 0) return;
  await rowsOf(
    transaction,
    `insert into daily_numbers as d (measure, day, subject, value) values ('registry:reclaimed', ${TODAY}, 0, ?)
     on conflict (measure, day, subject) do update set value = d.value + excluded.value`,
    [bytes],
  );
}
