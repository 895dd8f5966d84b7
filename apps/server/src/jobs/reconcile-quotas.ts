import type { Quotas } from '@berth/registry';
import type { Logger } from '../logging.ts';
import type { Job } from './job.ts';

/** Counts what every project holds once a day. A difference is put right and told: it must not happen. */
export function reconcileQuotas(quotas: Pick<Quotas, 'reconcile'>, logger: Pick<Logger, 'error'>): Job {
  return {
    name: 'reconcile-quotas',
    schedule: '47 2 * * *',
    run: async () => {
      const drift = await quotas.reconcile();
      if (drift.length > 0) logger.error({ drift: drift.slice(0, 100) }, 'quotas had been counted wrongly; they are right again');
    },
  };
}
