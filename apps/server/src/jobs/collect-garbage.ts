import type { Collector } from '@berth/registry';
import type { Metrics } from '../http/metrics.ts';
import type { Job } from './job.ts';

/** Frees what deletions let go, shortly after. */
export function collectGarbage(
  collector: Pick<Collector, 'collect' | 'backlog' | 'policy'>,
  metrics: Pick<Metrics, 'collected' | 'waiting'>,
): Job {
  return {
    name: 'collect-garbage',
    schedule: '* * * * *',
    run: async (stopping) => {
      metrics.collected(await collector.collect(stopping));
      metrics.waiting({ ...(await collector.backlog()), paused: (await collector.policy()).paused });
    },
  };
}
