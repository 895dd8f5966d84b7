import type { scheduleTypes } from '@berth/api-contract';
import { say } from '@berth/oci';
import { Cron } from '@berth/registry';
import { ApiError } from './api-error.ts';

const CRONS = { Hourly: '0 0 * * * *', Daily: '0 0 0 * * *', Weekly: '0 0 0 * * 0' } as const;

interface GivenSchedule {
  readonly type: (typeof scheduleTypes)[number];
  readonly cron?: string | null | undefined;
}

export type AskedSchedule =
  | { readonly type: 'Manual' | 'None' }
  | { readonly type: 'Hourly' | 'Daily' | 'Weekly' | 'Custom'; readonly cron: string };

/** Harbor's words: Manual starts a run now and leaves the schedule alone, None ends it. Throws BAD_REQUEST for a cron that cannot be read. */
export function scheduleFromBody({ type, cron }: GivenSchedule): AskedSchedule {
  if (type === 'Manual' || type === 'None') return { type };
  if (type !== 'Custom') return { type, cron: CRONS[type] };
  if (cron === undefined || cron === null || Cron.parse(cron) === undefined) {
    throw new ApiError(
      'BAD_REQUEST',
      say('cron-invalid')`cron needs six fields with 0 for the second, as in "0 30 2 * * *". The schedule stays as it was.`,
    );
  }
  return { type, cron };
}
