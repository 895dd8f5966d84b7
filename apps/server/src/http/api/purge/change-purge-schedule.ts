import type { purgeScheduleRequest } from '@berth/api-contract';
import { say } from '@berth/oci';
import type { z } from 'zod';
import { WORK_KINDS } from '../../../work/kinds.ts';
import { keyOfActor } from '../acting.ts';
import { ApiError } from '../api-error.ts';
import type { Call } from '../endpoint.ts';
import { scheduleFromBody } from '../schedule-from-body.ts';

type PurgeCall = Pick<Call, 'parts' | 'actor'> & { readonly body: z.output<typeof purgeScheduleRequest> };

/** Answers the id of a run that was started. */
export async function changePurgeSchedule({ parts, actor, body }: PurgeCall): Promise<number | undefined> {
  const { work, kick } = parts.longWork;
  const asked = scheduleFromBody(body.schedule);
  if (asked.type === 'None') {
    await work.saveSchedule(WORK_KINDS.purgeAudit, undefined);
    return undefined;
  }
  const parameters = parametersOf(body);
  if ('cron' in asked) {
    await work.saveSchedule(WORK_KINDS.purgeAudit, { ...asked, parameters });
    return undefined;
  }
  const id = await work.start(WORK_KINDS.purgeAudit, parameters, keyOfActor(actor));
  await kick();
  return id;
}

function parametersOf({ parameters }: PurgeCall['body']): Record<string, unknown> {
  const hours = parameters?.audit_retention_hour;
  if (hours === undefined || hours === null) {
    throw new ApiError(
      'BAD_REQUEST',
      say(
        'audit-hours-missing',
      )`parameters.audit_retention_hour is missing: the number of hours whose records stay, from 1 to 240000. Nothing was changed.`,
    );
  }
  return {
    audit_retention_hour: hours,
    include_event_types: parameters?.include_event_types ?? '',
    include_operations: parameters?.include_operations ?? '',
    dry_run: parameters?.dry_run ?? false,
  };
}
