import type { DailyNumbers } from '@berth/registry';
import { KEPT_DAYS } from '../http/api/statistics/day-range.ts';
import { inBatches, type Job } from './job.ts';

/** Brings the numbers of today up to date, and drops those of two years ago. */
export function rollDailyNumbers(daily: Pick<DailyNumbers, 'roll' | 'trim'>): Job {
  return {
    name: 'roll-daily-numbers',
    schedule: '*/5 * * * *',
    run: async (stopping) => {
      await daily.roll();
      await inBatches(stopping, () => daily.trim(KEPT_DAYS));
    },
  };
}
