import type { Knex } from 'knex';

/** Where jobs wait. */
export interface JobQueue {
  readonly knex: Knex;
  /** Hears of what went wrong without harm. */
  report(error: unknown, doing: string): void;
}

/**
 * Runs a job at once, wherever jobs run. Never rejects: what it is to do stands in a row already, which its schedule finds within a minute.
 * At the very first start, and when an upgrade changes it, the queue is being made while the first requests are answered.
 */
export async function kickJob({ knex, report }: JobQueue, name: string): Promise<void> {
  try {
    const ready = await knex.raw<{ rows: { there: boolean }[] }>(`select to_regclass('graphile_worker.jobs') is not null as there`);
    if (ready.rows[0]?.there === true) await knex.raw('select graphile_worker.add_job(?)', [name]);
  } catch (error) {
    report(error, `waking the job ${name}, which its schedule does within a minute`);
  }
}
