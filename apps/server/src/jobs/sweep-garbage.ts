import type { Collector } from '@berth/registry';
import type { Metrics } from '../http/metrics.ts';
import type { Job } from './job.ts';

/** Finds what no deletion queued: what lost its lease or its place in the trash, and untagged manifests where the policy says so. */
export function sweepGarbage(collector: Pick<Collector, 'sweep'>, metrics: Pick<Metrics, 'collected'>): Job {
  return {
    name: 'sweep-garbage',
    schedule: '3,13,23,33,43,53 * * * *',
    run: async (stopping) => {
      metrics.collected(await collector.sweep(stopping));
    },
  };
}
