import type { GarbageRun, GarbageRunParameters, SavedGarbageSchedule } from '@berth/registry';
import { Cron } from '@berth/registry';

const JOB_NAME = 'GARBAGE_COLLECTION';

/** Harbor's GCHistory; the names inside `job_parameters` are Harbor's too. */
export function gcView(run: GarbageRun): Record<string, unknown> {
  const done = { purged_blobs: run.blobs, purged_manifests: run.manifests, freed_space: run.bytes, unlinked_blobs: run.links };
  return {
    id: run.id,
    job_name: JOB_NAME,
    job_kind: run.kind.toUpperCase(),
    job_parameters: JSON.stringify({ ...asked(run.parameters), ...done }),
    schedule: { type: run.kind, cron: '' },
    job_status: run.status,
    deleted: false,
    creation_time: run.createdAt.toISOString(),
    update_time: run.updatedAt.toISOString(),
  };
}

export function gcScheduleView(schedule: SavedGarbageSchedule | undefined): Record<string, unknown> {
  if (schedule === undefined) return { schedule: { type: 'None', cron: '' } };
  const next = Cron.parse(schedule.cron)?.after(schedule.now);
  const time = schedule.savedAt.toISOString();
  return {
    job_name: JOB_NAME,
    job_kind: 'SCHEDULE',
    job_parameters: JSON.stringify(asked(schedule.parameters)),
    schedule: { type: schedule.type, cron: schedule.cron, ...(next === undefined ? {} : { next_scheduled_time: next.toISOString() }) },
    deleted: false,
    creation_time: time,
    update_time: time,
  };
}

function asked({ dryRun, deleteUntagged, workers }: GarbageRunParameters): Record<string, unknown> {
  return { dry_run: dryRun, delete_untagged: deleteUntagged, ...(workers === undefined ? {} : { workers }) };
}
