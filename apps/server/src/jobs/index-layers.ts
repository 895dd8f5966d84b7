import type { Files } from '@berth/registry';
import { inBatches, type Job } from './job.ts';
import { type JobQueue, kickJob } from './kick-job.ts';

const NAME = 'index-layers';

/** Lists the files of layers that somebody asked about. */
export function indexLayers(indexer: Pick<Files['indexer'], 'work'>): Job {
  return { name: NAME, schedule: '* * * * *', run: (stopping) => inBatches(stopping, () => indexer.work(stopping)) };
}

/** Wakes {@link indexLayers} at once, wherever it runs. */
export async function kickIndexing(queue: JobQueue): Promise<void> {
  await kickJob(queue, NAME);
}
