import type { job, workRun } from '@berth/api-contract';
import type { JobState } from '@berth/database';
import { sentenceNameOf } from '@berth/oci';
import { Cron, type WorkRun } from '@berth/registry';
import type { z } from 'zod';

export function jobView(state: JobState, now: Date): z.output<typeof job> {
  const next = Cron.parse(`0 ${state.schedule}`)?.after(now);
  return {
    name: state.job,
    schedule: state.schedule,
    running: state.startedAt !== undefined && state.endedAt === undefined,
    ...(state.startedAt === undefined ? {} : { last_start_time: state.startedAt.toISOString() }),
    ...(state.endedAt === undefined ? {} : { last_end_time: state.endedAt.toISOString() }),
    ...(state.seconds === undefined ? {} : { seconds: state.seconds }),
    ...(next === undefined ? {} : { next_time: next.toISOString() }),
    problem: state.problem?.text ?? '',
    ...sentenceNameOf(state.problem),
    ...(state.failingSince === undefined ? {} : { failing_since: state.failingSince.toISOString() }),
    runs: state.runs,
    failures: state.failures,
  };
}

export function workRunView(run: WorkRun): z.output<typeof workRun> {
  return {
    ...{ id: run.id, kind: run.kind, trigger: run.trigger, parameters: run.parameters, actor: run.actorName, status: run.status },
    ...{ phase: run.phase, done: run.done, bytes: run.bytes, result: run.result, stop_wanted: run.stopWanted },
    ...(run.total === undefined ? {} : { total: run.total }),
    ...(run.totalBytes === undefined ? {} : { total_bytes: run.totalBytes }),
    creation_time: run.createdAt.toISOString(),
    ...(run.startedAt === undefined ? {} : { start_time: run.startedAt.toISOString() }),
    ...(run.endedAt === undefined ? {} : { end_time: run.endedAt.toISOString() }),
    update_time: run.updatedAt.toISOString(),
  };
}
