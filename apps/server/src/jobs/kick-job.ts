import type { Knex } from 'knex';

/** Runs a job at once, wherever jobs run. Before the job queue exists its schedule does. */
export async function kickJob(knex: Knex, name: string): Promise<void> {
  const ready = await knex.raw<{ rows: { there: boolean }[] }>(`select to_regclass('graphile_worker.jobs') is not null as there`);
  if (ready.rows[0]?.there === true) await knex.raw('select graphile_worker.add_job(?)', [name]);
}
