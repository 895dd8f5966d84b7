import type { AuditLog } from '@berth/access';
import type { Job } from './job.ts';

/** Chains what was recorded in the last minute to what was recorded before. */
export function sealAudit(log: Pick<AuditLog, 'seal'>): Job {
  return { name: 'seal-audit', schedule: '* * * * *', run: async () => void (await log.seal()) };
}
