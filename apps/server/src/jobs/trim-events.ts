import type { Collector } from '@berth/registry';
import { inBatches, type Job } from './job.ts';

/** Drops events that are a week old. */
export function trimEvents(collector: Pick<Collector, 'trimEvents'>): Job {
  return {
    name: 'trim-events',
    schedule: '41 * * * *',
    run: (stopping) => inBatches(stopping, () => collector.trimEvents()),
  };
}
