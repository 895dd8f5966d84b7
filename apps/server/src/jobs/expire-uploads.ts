import type { Garbage } from '@berth/registry';
import { inBatches, type Job } from './job.ts';

/** A client that comes back after a night finds its upload; after a day nobody does. */
const IDLE_SECONDS = 24 * 60 * 60;
const BATCH = 100;

/** Drops uploads that nobody continued for a day, rows and bytes. */
export function expireUploads(garbage: Pick<Garbage, 'expireUploads'>): Job {
  return {
    name: 'expire-uploads',
    schedule: '*/10 * * * *',
    run: (stopping) => inBatches(stopping, () => garbage.expireUploads(IDLE_SECONDS, BATCH)),
  };
}
