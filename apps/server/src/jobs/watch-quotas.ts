import type { Quotas } from '@berth/registry';
import type { Metrics } from '../http/metrics.ts';
import type { Job } from './job.ts';

/** A metric for each project would be without bound; those that anybody has to be told of are among the fullest. */
const TOLD = 50;

/** Lets the metrics tell which projects are about to fill their quota. */
export function watchQuotas(quotas: Pick<Quotas, 'list'>, metrics: Pick<Metrics, 'quotas'>): Job {
  return {
    name: 'watch-quotas',
    schedule: '* * * * *',
    run: async () => {
      const { items } = await quotas.list({ page: 1, pageSize: TOLD, sort: [{ field: 'filled', descending: true }] });
      const limited = items.filter(({ hardBytes }) => hardBytes > 0);
      metrics.quotas(limited.map(({ projectName, usedBytes, hardBytes }) => ({ project: projectName, ratio: usedBytes / hardBytes })));
    },
  };
}
