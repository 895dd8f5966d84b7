import type { CollectionRuns } from '@berth/registry';
import type { Knex } from 'knex';
import type { Job } from './job.ts';

const NAME = 'run-collections';

/** Carries out the collections that people started or planned. */
export function runCollections(runs: Pick<CollectionRuns, 'work'>): Job {
  return { name: NAME, schedule: '* * * * *', run: (stopping) => runs.work(stopping) };
}

/** Wakes {@link runCollections} at once, wherever it runs. Before the job queue exists, its next minute does. */
export async function kickCollections(knex: Knex): Promise<void> {
  const ready = await knex.raw<{ rows: { there: boolean }[] }>(`select to_regclass('graphile_worker.jobs') is not null as there`);
  if (ready.rows[0]?.there === true) await knex.raw('select graphile_worker.add_job(?)', [NAME]);
}
