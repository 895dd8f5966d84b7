import type { gcHistory, gcSchedule } from '@berth/api-contract';
import { Cron, type WorkSchedule } from '@berth/registry';
import type { z } from 'zod';

interface ShownRun {
  readonly id: number;
  readonly jobName: string;
  readonly trigger: 'Manual' | 'Schedule';
  /** What was asked, and what it came to. */
  readonly parameters: object;
  readonly status: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Harbor's GCHistory and ExecHistory, which are the same. */
export function historyView(run: ShownRun): z.output<typeof gcHistory> {
  return {
    id: run.id,
    job_name: run.jobName,
    job_kind: run.trigger.toUpperCase(),
    job_parameters: JSON.stringify(run.parameters),
    schedule: { type: run.trigger, cron: '' },
    job_status: run.status,
    deleted: false,
    creation_time: run.createdAt.toISOString(),
    update_time: run.updatedAt.toISOString(),
  };
}

interface ShownSchedule extends Pick<WorkSchedule, 'type' | 'cron'> {
  readonly jobName: string;
  readonly parameters: object;
  readonly savedAt: Date;
  readonly now: Date;
}

export function scheduleView(schedule: ShownSchedule | undefined): z.output<typeof gcSchedule> {
  if (schedule === undefined) return { schedule: { type: 'None', cron: '' } };
  const next = Cron.parse(schedule.cron)?.after(schedule.now);
  const time = schedule.savedAt.toISOString();
  return {
    job_name: schedule.jobName,
    job_kind: 'SCHEDULE',
    job_parameters: JSON.stringify(schedule.parameters),
    schedule: { type: schedule.type, cron: schedule.cron, ...(next === undefined ? {} : { next_scheduled_time: next.toISOString() }) },
    deleted: false,
    creation_time: time,
    update_time: time,
  };
}
