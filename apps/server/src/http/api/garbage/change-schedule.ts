import type { gcScheduleRequest } from '@berth/api-contract';
import type { GarbageRunParameters } from '@berth/registry';
import type { z } from 'zod';
import { keyOfActor } from '../acting.ts';
import type { Call } from '../endpoint.ts';
import { scheduleFromBody } from '../schedule-from-body.ts';

type ScheduleCall = Pick<Call, 'parts' | 'actor'> & { readonly body: z.output<typeof gcScheduleRequest> };

/** As Harbor: Manual starts a run now and leaves the schedule alone; anything else takes the schedule's place. Answers the run's id. */
export async function changeSchedule({ parts, actor, body }: ScheduleCall): Promise<number | undefined> {
  const { runs, kick } = parts.collection;
  const { dry_run: dryRun, delete_untagged: deleteUntagged, workers } = body.parameters ?? {};
  const parameters: GarbageRunParameters = {
    dryRun: dryRun ?? false,
    deleteUntagged: deleteUntagged ?? false,
    ...(typeof workers === 'number' ? { workers } : {}),
  };
  const asked = scheduleFromBody(body.schedule);
  if (asked.type === 'Manual') {
    const id = await runs.start(parameters, keyOfActor(actor));
    await kick();
    return id;
  }
  await runs.saveSchedule('cron' in asked ? { ...asked, parameters } : undefined);
  return undefined;
}
