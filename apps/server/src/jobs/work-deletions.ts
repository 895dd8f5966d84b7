import type { Collector, Garbage } from '@berth/registry';
import type { Metrics } from '../http/metrics.ts';
import { inBatches, type Job } from './job.ts';

/** S3 takes a thousand in one request, and some requests at a time. */
const BATCH = 4000;

/** Removes stored objects whose rows are gone and whose waiting time is over (law 3), unless collection is paused. */
export function workDeletions(
  garbage: Pick<Garbage, 'workDeletions'>,
  collector: Pick<Collector, 'policy'>,
  metrics: Pick<Metrics, 'removed'>,
): Job {
  return {
    name: 'work-deletions',
    schedule: '* * * * *',
    run: (stopping) =>
      inBatches(stopping, async () => {
        if ((await collector.policy()).paused) return { more: false };
        const batch = await garbage.workDeletions(BATCH);
        metrics.removed(batch);
        return batch;
      }),
  };
}
