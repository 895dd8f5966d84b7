import type { BlobStore } from '@berth/registry';
import type { Job } from './job.ts';

/** A week: sessions end after a day without a sign of life, and no layer takes that long. */
const ORPHAN_SECONDS = 7 * 24 * 60 * 60;

/** Drops pending bytes that a crash left without a session; on S3 they would be paid for without being seen. */
export function sweepStorage(blobStore: Pick<BlobStore, 'removeOrphans'>): Job {
  return {
    name: 'sweep-storage',
    schedule: '17 3 * * *',
    run: async () => {
      await blobStore.removeOrphans(ORPHAN_SECONDS);
    },
  };
}
