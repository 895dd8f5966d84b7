import type { Work } from '@berth/registry';
import type { Job } from './job.ts';
import { type JobQueue, kickJob } from './kick-job.ts';

const NAME = 'run-work';

/** Carries out the long work that people started or planned. */
export function runWork(work: Pick<Work, 'work'>): Job {
  // Two: what takes a moment need not wait for hours of reading. No more, or reading would leave no place to the other jobs.
  return { name: NAME, schedule: '* * * * *', atOnce: 2, run: (stopping) => work.work(stopping) };
}

/** Wakes {@link runWork} at once, wherever it runs. */
export async function kickWork(queue: JobQueue): Promise<void> {
  await kickJob(queue, NAME);
}
