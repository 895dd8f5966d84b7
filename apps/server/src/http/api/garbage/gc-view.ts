import type { gcHistory, gcSchedule } from '@berth/api-contract';
import type { GarbageRun, GarbageRunParameters, SavedGarbageSchedule } from '@berth/registry';
import type { z } from 'zod';
import { historyView, scheduleView } from '../run-view.ts';

const JOB_NAME = 'GARBAGE_COLLECTION';

/** The names inside `job_parameters` are Harbor's too. */
export function gcView(run: GarbageRun): z.output<typeof gcHistory> {
  const done = { purged_blobs: run.blobs, purged_manifests: run.manifests, freed_space: run.bytes, unlinked_blobs: run.links };
  return historyView({ ...run, jobName: JOB_NAME, trigger: run.kind, parameters: { ...asked(run.parameters), ...done } });
}

export function gcScheduleView(schedule: SavedGarbageSchedule | undefined): z.output<typeof gcSchedule> {
  return scheduleView(schedule && { ...schedule, jobName: JOB_NAME, parameters: asked(schedule.parameters) });
}

function asked({ dryRun, deleteUntagged, workers }: GarbageRunParameters): Record<string, unknown> {
  return { dry_run: dryRun, delete_untagged: deleteUntagged, ...(workers === undefined ? {} : { workers }) };
}
