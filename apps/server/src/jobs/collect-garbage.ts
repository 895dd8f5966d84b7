import type { Collector } from '@berth/registry';
import type { Job } from './job.ts';

/** Frees what deletions let go, shortly after. */
export function collectGarbage(collector: Pick<Collector, 'collect'>): Job {
  return {
    name: 'collect-garbage',
    schedule: '* * * * *',
    run: async (stopping) => {
      await collector.collect(stopping);
    },
  };
}
