import type { RecentConfigs } from './content/recent-configs.ts';
import type { BlobRecords } from './ports/blob-records.ts';
import type { BlobStore } from './ports/blob-store.ts';
import type { ManifestRecords } from './ports/manifest-records.ts';
import type { UploadSessions } from './ports/upload-sessions.ts';
import type { PushProgress } from './traffic/push-progress.ts';
import type { TrafficTally } from './traffic/traffic-tally.ts';
import type { TroubleReport } from './trouble.ts';

/** What the use cases stand on; built once, in the composition root. */
export interface RegistryPorts {
  readonly uploadSessions: UploadSessions;
  readonly blobRecords: BlobRecords;
  readonly manifestRecords: ManifestRecords;
  readonly blobStore: BlobStore;
  /** Counts pulls and pushes; undefined where nobody asks. */
  readonly traffic?: Pick<TrafficTally, 'pulled' | 'pushed' | 'delivered' | 'received'>;
  /** Tells people who look on how far pushes are; undefined where nobody can. */
  readonly progress?: Pick<PushProgress, 'uploading' | 'stored' | 'mounted' | 'present' | 'refused'>;
  /** Given what may be a config of what is uploaded; undefined where nobody takes it. */
  readonly recentConfigs?: RecentConfigs;
  readonly report: TroubleReport;
}
