import type { Work } from '@berth/registry';
import type { Knex } from 'knex';
import type { Job } from './job.ts';
import { kickJob } from './kick-job.ts';

const NAME = 'run-work';

/** Carries out the long work that people started or planned. */
export function runWork(work: Pick<Work, 'work'>): Job {
  return { name: NAME, schedule: '* * * * *', run: (stopping) => work.work(stopping) };
}

/** Wakes {@link runWork} at once, wherever it runs. */
export async function kickWork(knex: Knex): Promise<void> {
  await kickJob(knex, NAME);
}
