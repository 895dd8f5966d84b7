import type { CollectionRuns } from '@berth/registry';
import type { Metrics } from '../http/metrics.ts';
import type { Job } from './job.ts';
import { type JobQueue, kickJob } from './kick-job.ts';

const NAME = 'run-collections';

/** Carries out the collections that people started or planned. */
export function runCollections(runs: Pick<CollectionRuns, 'work'>, metrics: Pick<Metrics, 'collected'>): Job {
  return { name: NAME, schedule: '* * * * *', run: (stopping) => runs.work(stopping, (amount) => metrics.collected(amount)) };
}

/** Wakes {@link runCollections} at once, wherever it runs. */
export async function kickCollections(queue: JobQueue): Promise<void> {
  await kickJob(queue, NAME);
}
