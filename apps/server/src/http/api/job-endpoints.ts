import type { Endpoint } from './endpoint.ts';
import { getSchedulePaused } from './jobs/get-schedule-paused.ts';
import { getWorkRun } from './jobs/get-work-run.ts';
import { getWorkRunLog } from './jobs/get-work-run-log.ts';
import { listJobs } from './jobs/list-jobs.ts';
import { listSchedules } from './jobs/list-schedules.ts';
import { listWorkRuns } from './jobs/list-work-runs.ts';
import { startWorkRun } from './jobs/start-work-run.ts';
import { stopWorkRun } from './jobs/stop-work-run.ts';
import { createPurgeSchedule } from './purge/create-purge-schedule.ts';
import { getPurgeHistory } from './purge/get-purge-history.ts';
import { getPurgeJob } from './purge/get-purge-job.ts';
import { getPurgeJobLog } from './purge/get-purge-job-log.ts';
import { getPurgeSchedule } from './purge/get-purge-schedule.ts';
import { stopPurge } from './purge/stop-purge.ts';
import { updatePurgeSchedule } from './purge/update-purge-schedule.ts';

/** Background jobs, long work and schedules. Those with a word where others have an id come first. */
export const JOB_ENDPOINTS: readonly Endpoint[] = [
  listJobs,
  listWorkRuns,
  getWorkRun,
  getWorkRunLog,
  stopWorkRun,
  startWorkRun,
  getPurgeSchedule,
  createPurgeSchedule,
  updatePurgeSchedule,
  getPurgeHistory,
  getPurgeJob,
  getPurgeJobLog,
  stopPurge,
  listSchedules,
  getSchedulePaused,
];
