import type { TrashBin } from '@berth/registry';
import { inBatches, type Job } from './job.ts';

const BATCH = 100;

/** Removes for good what lay in the trash until its time was over. */
export function purgeTrash(trash: Pick<TrashBin, 'purgeExpired'>): Job {
  return {
    name: 'purge-trash',
    schedule: '*/10 * * * *',
    run: (stopping) => inBatches(stopping, () => trash.purgeExpired(BATCH, stopping)),
  };
}
