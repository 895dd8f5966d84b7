import type { Knex } from 'knex';
import { TODAY } from '../policy/daily-numbers.ts';
import { rowsOf } from '../transactions.ts';

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
  /** Why the last run failed; empty when it did not. */
  readonly problem: string;
  readonly failingSince: Date | undefined;
  readonly runs: number;
  readonly failures: number;
}

export interface JobStates {
  /** These are all jobs from now on. */
  announce(jobs: readonly { readonly name: string; readonly schedule: string }[]): Promise<void>;
  began(job: string): Promise<void>;
  ended(job: string, outcome: { readonly seconds: number; readonly problem: string }): Promise<void>;
  list(): Promise<readonly JobState[]>;
}

interface StateRow {
  readonly job: string;
  readonly schedule: string;
  readonly started_at: Date | null;
  readonly ended_at: Date | null;
  readonly seconds: number | null;
  readonly problem: string;
  readonly failing_since: Date | null;
  readonly runs: number;
  readonly failures: number;
}

const MAX_PROBLEM = 2_000;

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
      await rowsOf(
        knex,
        `update job_states set ended_at = now(), seconds = ?, problem = ?, runs = runs + 1, failures = failures + case ? when '' then 0 else 1 end,
           failing_since = case ? when '' then null else coalesce(failing_since, now()) end where job = ?`,
        [seconds, problem.slice(0, MAX_PROBLEM), problem.slice(0, 1), problem.slice(0, 1), job],
      );
      await rowsOf(
        knex,
        `insert into job_days as d (day, job, runs, failures, seconds, longest) values (${TODAY}, ?, 1, ?, ?, ?)
         on conflict (day, job) do update set runs = d.runs + 1, failures = d.failures + excluded.failures,
           seconds = d.seconds + excluded.seconds, longest = greatest(d.longest, excluded.longest)`,
        [job, problem === '' ? 0 : 1, seconds, seconds],
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
        ...{ problem: row.problem, failingSince: row.failing_since ?? undefined, runs: row.runs, failures: row.failures },
      }));
    },
  };
}
