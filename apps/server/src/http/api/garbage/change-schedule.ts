import type { gcScheduleRequest } from '@berth/api-contract';
import { Cron, type GarbageRunParameters } from '@berth/registry';
import type { z } from 'zod';
import { keyOfActor } from '../acting.ts';
import { ApiError } from '../api-error.ts';
import type { Call } from '../endpoint.ts';

const CRONS = { Hourly: '0 0 * * * *', Daily: '0 0 0 * * *', Weekly: '0 0 0 * * 0' } as const;

type ScheduleCall = Pick<Call, 'parts' | 'actor'> & { readonly body: z.output<typeof gcScheduleRequest> };

/** As Harbor: Manual starts a run now and leaves the schedule alone; anything else takes the schedule's place. Answers the run's id. */
export async function changeSchedule({ parts, actor, body }: ScheduleCall): Promise<number | undefined> {
  const { runs, kick } = parts.collection;
  const { type, cron } = body.schedule;
  const parameters: GarbageRunParameters = {
    dryRun: body.parameters?.dry_run ?? false,
    deleteUntagged: body.parameters?.delete_untagged ?? false,
  };
  switch (type) {
    case 'Manual': {
      const id = await runs.start(parameters, keyOfActor(actor));
      await kick();
      return id;
    }
    case 'None':
      await runs.saveSchedule(undefined);
      return undefined;
    case 'Custom':
      if (cron === undefined || cron === null || Cron.parse(cron) === undefined) {
        throw new ApiError(
          'BAD_REQUEST',
          'cron needs six fields with 0 for the second, as in "0 30 2 * * *". The schedule stays as it was.',
        );
      }
      await runs.saveSchedule({ type, cron, parameters });
      return undefined;
    default:
      await runs.saveSchedule({ type, cron: CRONS[type], parameters });
      return undefined;
  }
}
