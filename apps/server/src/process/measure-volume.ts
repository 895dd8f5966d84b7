import { join } from 'node:path';
import type { Config } from '../config.ts';
import type { Metrics } from '../http/metrics.ts';
import { diskVolume } from '../policy/disk-volume.ts';

/** With storage on disk: how large its file system is and what is free. Unknown is NaN, which no alert takes for a full disk. */
export function measureVolume(config: Pick<Config, 'storage' | 'dataDir'>, metrics: Pick<Metrics, 'gauge'>): void {
  if (config.storage.type !== 'disk') return;
  const volume = () => diskVolume(join(config.dataDir, 'blobs')).catch(() => ({ total: Number.NaN, free: Number.NaN }));
  metrics.gauge('berth_storage_size_bytes', 'Size of the file system that holds the layers', async () => (await volume()).total);
  metrics.gauge('berth_storage_free_bytes', 'What is free on the file system that holds the layers', async () => (await volume()).free);
}
