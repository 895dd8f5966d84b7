import type { CollectionRuns } from '@berth/registry';
import type { Knex } from 'knex';
import type { Job } from './job.ts';
import { kickJob } from './kick-job.ts';

const NAME = 'run-collections';

/** Carries out the collections that people started or planned. */
export function runCollections(runs: Pick<CollectionRuns, 'work'>): Job {
  return { name: NAME, schedule: '* * * * *', run: (stopping) => runs.work(stopping) };
}

/** Wakes {@link runCollections} at once, wherever it runs. */
export async function kickCollections(knex: Knex): Promise<void> {
  await kickJob(knex, NAME);
}
