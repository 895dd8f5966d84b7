import type { Robots } from '@berth/access';
import { inBatches, type Job } from './job.ts';

/** Long enough to change a secret in a pipeline before it stands still. */
const DAYS_BEFORE = 7;

/** Writes an event for each robot account that expires within a week, once per robot and date. */
export function warnExpiringRobots(robots: Pick<Robots, 'warnBeforeExpiry'>): Job {
  return {
    name: 'warn-expiring-robots',
    schedule: '17 * * * *',
    run: (stopping) => inBatches(stopping, async () => ({ more: (await robots.warnBeforeExpiry(DAYS_BEFORE)) > 0 })),
  };
}
