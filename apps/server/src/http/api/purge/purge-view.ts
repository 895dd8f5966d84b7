import type { gcHistory, gcSchedule } from '@berth/api-contract';
import { Cron, type SavedWorkSchedule, type WorkRun } from '@berth/registry';
import type { z } from 'zod';

const JOB_NAME = 'PURGE_AUDIT_LOG';

/** Harbor's ExecHistory. */
export function purgeView(run: WorkRun): z.output<typeof gcHistory> {
  return {
    id: run.id,
    job_name: JOB_NAME,
    job_kind: run.trigger.toUpperCase(),
    job_parameters: JSON.stringify({ ...run.parameters, ...run.result }),
    schedule: { type: run.trigger, cron: '' },
    job_status: run.status,
    deleted: false,
    creation_time: run.createdAt.toISOString(),
    update_time: run.updatedAt.toISOString(),
  };
}

export function purgeScheduleView(schedule: SavedWorkSchedule | undefined): z.output<typeof gcSchedule> {
  if (schedule === undefined) return { schedule: { type: 'None', cron: '' } };
  const next = Cron.parse(schedule.cron)?.after(schedule.now);
  const time = schedule.savedAt.toISOString();
  return {
    job_name: JOB_NAME,
    job_kind: 'SCHEDULE',
    job_parameters: JSON.stringify(schedule.parameters),
    schedule: { type: schedule.type, cron: schedule.cron, ...(next === undefined ? {} : { next_scheduled_time: next.toISOString() }) },
    deleted: false,
    creation_time: time,
    update_time: time,
  };
}
