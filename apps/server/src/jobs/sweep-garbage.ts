import type { Collector } from '@berth/registry';
import type { Job } from './job.ts';

/** Finds what no deletion queued: what lost its lease or its place in the trash, and untagged manifests where the policy says so. */
export function sweepGarbage(collector: Pick<Collector, 'sweep'>): Job {
  return {
    name: 'sweep-garbage',
    schedule: '23 * * * *',
    run: async (stopping) => {
      await collector.sweep(stopping);
    },
  };
}
