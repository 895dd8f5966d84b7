import type { StorageCheck } from '@berth/registry';
import type { Logger } from '../logging.ts';
import type { Job } from './job.ts';

/** Slow enough that pulls from the same disk do not notice. */
const BYTES_PER_SECOND = 8 * 1024 * 1024;
/** About four minutes of each ten: 270 GiB a day. */
const BUDGET = 4 * 60 * BYTES_PER_SECOND;

const HIDDEN = 'a stored blob is damaged or missing; it is hidden, and the next push of it heals it';
const UNREADABLE = 'a stored blob cannot be read now; "berth storage scrub" says what to do when it stays so';

/** Reads all blobs over and over, a piece at a time, and quarantines what is damaged, so that the next push heals it. */
export function scrubStorage(check: Pick<StorageCheck, 'scrub'>, logger: Logger): Job {
  return {
    name: 'scrub-storage',
    schedule: '7,17,27,37,47,57 * * * *',
    run: async (stopping) => {
      await check.scrub({
        rate: BYTES_PER_SECOND,
        budget: BUDGET,
        stopping,
        found: (problem) => logger.error({ problem }, problem.done === 'quarantined' ? HIDDEN : UNREADABLE),
      });
    },
  };
}
