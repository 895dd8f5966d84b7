import type { BackupRuns } from '@berth/database';
import type { Metrics } from '../http/metrics.ts';
import type { Job } from './job.ts';

/** Lets the metrics tell how old the newest backup is. */
export function watchBackups(runs: Pick<BackupRuns, 'latestSuccess'>, metrics: Pick<Metrics, 'backedUp'>): Job {
  return { name: 'watch-backups', schedule: '* * * * *', run: async () => metrics.backedUp(await runs.latestSuccess()) };
}
