import type { Collector, Garbage } from '@berth/registry';
import { inBatches, type Job } from './job.ts';

/** What S3 takes in one request. */
const BATCH = 1000;

/** Removes stored objects whose rows are gone and whose waiting time is over (law 3), unless collection is paused. */
export function workDeletions(garbage: Pick<Garbage, 'workDeletions'>, collector: Pick<Collector, 'policy'>): Job {
  return {
    name: 'work-deletions',
    schedule: '* * * * *',
    run: (stopping) =>
      inBatches(stopping, async () => ((await collector.policy()).paused ? { more: false } : garbage.workDeletions(BATCH))),
  };
}
