import type { RetentionRuns } from '@berth/registry';
import type { Job } from './job.ts';
import { type JobQueue, kickJob } from './kick-job.ts';

const NAME = 'run-retention';

/** Carries out the runs of retention that people started or planned. */
export function runRetention(runs: Pick<RetentionRuns, 'work'>): Job {
  return { name: NAME, schedule: '* * * * *', run: (stopping) => runs.work(stopping) };
}

/** Wakes {@link runRetention} at once, wherever it runs. */
export async function kickRetention(queue: JobQueue): Promise<void> {
  await kickJob(queue, NAME);
}
