import type { AuditLog } from '@berth/access';
import { WORK_PHASES } from '@berth/api-contract';
import type { WorkKind } from '@berth/registry';
import { WORK_KINDS } from './kinds.ts';

const HOUR_MS = 3_600_000;

/**
 * Parameters as Harbor names them: `audit_retention_hour`, `dry_run`. Whole sealed batches go, so that the chain stays provable; therefore
 * `include_event_types` and `include_operations` are kept and have no effect.
 */
export function purgeAuditWork(log: Pick<AuditLog, 'purge'>, now: () => Promise<Date>): WorkKind {
  return {
    name: WORK_KINDS.purgeAudit,
    run: async ({ parameters, report }) => {
      const hours = parameters['audit_retention_hour'];
      if (typeof hours !== 'number') throw new Error('The run does not say how many hours of the audit log stay.');
      const before = new Date((await now()).getTime() - hours * HOUR_MS);
      const dryRun = parameters['dry_run'] === true;
      report({ phase: WORK_PHASES.purging });
      const records = await log.purge(before, dryRun);
      report({ done: records, result: { purged: records } });
      const moment = `from before ${before.toISOString()}`;
      return dryRun ? `${records} records ${moment} would be removed.` : `${records} records ${moment} were removed; their seals stay.`;
    },
  };
}
