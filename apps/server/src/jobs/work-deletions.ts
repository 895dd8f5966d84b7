import type { Garbage } from '@berth/registry';
import { inBatches, type Job } from './job.ts';

/** What S3 takes in one request. */
const BATCH = 1000;

/** Removes stored objects whose rows are gone and whose waiting time is over (law 3). */
export function workDeletions(garbage: Pick<Garbage, 'workDeletions'>): Job {
  return {
    name: 'work-deletions',
    schedule: '* * * * *',
    run: (stopping) => inBatches(stopping, () => garbage.workDeletions(BATCH)),
  };
}
