import type { Garbage } from '@berth/registry';
import { inBatches, type Job } from './job.ts';

const BATCH = 500;

/** Gives back what no manifest came to use before its lease ended. */
export function releaseUnused(garbage: Pick<Garbage, 'releaseUnused'>): Job {
  return {
    name: 'release-unused',
    schedule: '*/5 * * * *',
    run: (stopping) => inBatches(stopping, () => garbage.releaseUnused(BATCH)),
  };
}
