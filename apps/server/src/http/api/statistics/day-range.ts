import { say } from '@berth/oci';
import type { DayRange } from '@berth/registry';
import { ApiError } from '../api-error.ts';

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 30;
/** Older numbers are not kept. */
export const KEPT_DAYS = 731;

/** Throws BAD_REQUEST for what is no day, and for a range that ends before it begins or is longer than what is kept. */
export function dayRange(
  { from, to }: { readonly from?: string | undefined; readonly to?: string | undefined },
  now = new Date(),
): DayRange {
  const end = to === undefined ? now.getTime() : Date.parse(to);
  const start = from === undefined ? end - (DEFAULT_DAYS - 1) * DAY_MS : Date.parse(from);
  if (!Number.isFinite(start) || !Number.isFinite(end))
    throw new ApiError('BAD_REQUEST', say('days-invalid')`from and to are days such as 2026-11-25.`);
  const range = { from: dayOf(start), to: dayOf(end) };
  // A month has no 31st day that the calendar does not know.
  if ((from ?? range.from) !== range.from || (to ?? range.to) !== range.to)
    throw new ApiError('BAD_REQUEST', say('no-such-day')`The calendar has no such day.`);
  if (start > end || end - start > KEPT_DAYS * DAY_MS)
    throw new ApiError(
      'BAD_REQUEST',
      say('days-too-far')`from lies before to, at most ${{ most: KEPT_DAYS }} days; so long are the numbers kept.`,
    );
  return range;
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
