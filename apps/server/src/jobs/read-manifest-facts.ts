import type { FactReader } from '@berth/registry';
import { inBatches, type Job } from './job.ts';

const BATCH = 100;

/** Reads out of what was pushed what lists show, so that the first list need not. */
export function readManifestFacts(facts: Pick<FactReader, 'work'>): Job {
  return {
    name: 'read-manifest-facts',
    schedule: '* * * * *',
    run: (stopping) => inBatches(stopping, () => facts.work(BATCH)),
  };
}
