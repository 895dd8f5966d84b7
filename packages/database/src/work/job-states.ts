import type { Sentence } from '@berth/oci';
import type { Knex } from 'knex';
import { TODAY } from '../policy/daily-numbers.ts';
import { rowsOf } from '../transactions.ts';
import { type ProblemRow, problemOf, problemValues } from './problem-columns.ts';

/** What the runs of a background job came to. */
export interface JobState {
  readonly job: string;
  /** Minute, hour, day of month, month, day of week, in UTC. */
  readonly schedule: string;
  /** Of the last run; undefined before the first. */
  readonly startedAt: Date | undefined;
  /** undefined while it runs, or when its process died. */
  readonly endedAt: Date | undefined;
  readonly seconds: number | undefined;
  /** Why the last run failed; undefined when it did not. */
  readonly problem: Sentence | undefined;
  readonly failingSince: Date | undefined;
  readonly runs: number;
  readonly failures: number;
}

export interface JobStates {
  /** These are all jobs from now on. */
  announce(jobs: readonly { readonly name: string; readonly schedule: string }[]): Promise<void>;
  began(job: string): Promise<void>;
  ended(job: string, outcome: { readonly seconds: number; readonly problem: Sentence | undefined }): Promise<void>;
  list(): Promise<readonly JobState[]>;
}

interface StateRow extends ProblemRow {
  readonly job: string;
  readonly schedule: string;
  readonly started_at: Date | null;
  readonly ended_at: Date | null;
  readonly seconds: number | null;
  readonly failing_since: Date | null;
  readonly runs: number;
  readonly failures: number;
}

export function createJobStates(knex: Knex): JobStates {
  return {
    async announce(jobs) {
      const values = [jobs.map(({ name }) => name), jobs.map(({ schedule }) => schedule)];
      await rowsOf(
        knex,
        `insert into job_states (job, schedule) select * from unnest(?::text[], ?::text[])
         on conflict (job) do update set schedule = excluded.schedule`,
        values,
      );
      await rowsOf(knex, 'delete from job_states where job <> all(?::text[])', [values[0]]);
    },

    async began(job) {
      await rowsOf(knex, 'update job_states set started_at = now(), ended_at = null where job = ?', [job]);
    },

    async ended(job, { seconds, problem }) {
      const failed = problem === undefined ? 0 : 1;
      await rowsOf(
        knex,
        `update job_states set ended_at = now(), seconds = ?, problem = ?, problem_reason = ?, problem_values = ?::jsonb, runs = runs + 1,
           failures = failures + ?::integer, failing_since = case ?::integer when 0 then null else coalesce(failing_since, now()) end
         where job = ?`,
        [seconds, ...problemValues(problem), failed, failed, job],
      );
      await rowsOf(
        knex,
        `insert into job_days as d (day, job, runs, failures, seconds, longest) values (${TODAY}, ?, 1, ?, ?, ?)
         on conflict (day, job) do update set runs = d.runs + 1, failures = d.failures + excluded.failures,
           seconds = d.seconds + excluded.seconds, longest = greatest(d.longest, excluded.longest)`,
        [job, failed, seconds, seconds],
      );
    },

    async list() {
      const rows = await rowsOf<StateRow>(knex, 'select * from job_states order by job', []);
      return rows.map((row) => ({
        ...{
          job: row.job,
          schedule: row.schedule,
          startedAt: row.started_at ?? undefined,
          endedAt: row.ended_at ?? undefined,
          seconds: row.seconds ?? undefined,
        },
        ...{ problem: problemOf(row), failingSince: row.failing_since ?? undefined, runs: row.runs, failures: row.failures },
      }));
    },
  };
}
