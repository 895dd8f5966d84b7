import type { gcHistory, gcSchedule } from '@berth/api-contract';
import type { SavedWorkSchedule, WorkRun } from '@berth/registry';
import type { z } from 'zod';
import { historyView, scheduleView } from '../run-view.ts';

const JOB_NAME = 'PURGE_AUDIT_LOG';

export function purgeView(run: WorkRun): z.output<typeof gcHistory> {
  return historyView({ ...run, jobName: JOB_NAME, parameters: { ...run.parameters, ...run.result } });
}

export function purgeScheduleView(schedule: SavedWorkSchedule | undefined): z.output<typeof gcSchedule> {
  return scheduleView(schedule && { ...schedule, jobName: JOB_NAME });
}
