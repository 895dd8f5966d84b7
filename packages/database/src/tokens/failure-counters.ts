import type { FailureCount, FailureCounters } from '@berth/tokens';
import type { Knex } from 'knex';
import { rowsOf } from '../transactions.ts';

interface CountRow {
  readonly failures: number;
  readonly resets_in_seconds: number;
}

const COUNT = 'failures, ceil(extract(epoch from window_ends - now()))::integer as resets_in_seconds';
/** Each failure also clears some windows that are over, so that the table holds little more than the current ones. */
const CLEARED_PER_FAILURE = 10;

/** Counts of failures in Postgres, one row per key, by the database's clock. */
export function createFailureCounters(knex: Knex): FailureCounters {
  return {
    async read(key) {
      const rows = await rowsOf<CountRow>(knex, `select ${COUNT} from failure_counters where key = ? and window_ends > now()`, [key]);
      return countOf(rows[0]);
    },

    async add(key, windowSeconds) {
      const rows = await rowsOf<CountRow>(
        knex,
        `insert into failure_counters as c (key, failures, window_ends) values (?, 1, now() + make_interval(secs => ?))
         on conflict (key) do update set
           failures = case when c.window_ends > now() then c.failures + 1 else 1 end,
           window_ends = case when c.window_ends > now() then c.window_ends else excluded.window_ends end
         returning ${COUNT}`,
        [key, windowSeconds],
      );
      await rowsOf(
        knex,
        `delete from failure_counters where key in (
           select key from failure_counters where window_ends < now() order by window_ends limit ? for update skip locked)`,
        [CLEARED_PER_FAILURE],
      );
      return countOf(rows[0]);
    },

    async clear(key) {
      await rowsOf(knex, 'delete from failure_counters where key = ?', [key]);
    },
  };
}

function countOf(row: CountRow | undefined): FailureCount {
  return row === undefined ? { failures: 0, resetsInSeconds: 0 } : { failures: row.failures, resetsInSeconds: row.resets_in_seconds };
}
