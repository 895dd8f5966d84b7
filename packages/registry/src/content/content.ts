import type { BlobRecords } from '../ports/blob-records.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import type { ContentChanges } from '../ports/content-changes.ts';
import type { ContentLists } from '../ports/content-lists.ts';
import type { Labels } from '../ports/labels.ts';
import type { Pins } from '../ports/pins.ts';
import type { ManifestFactRecords } from '../ports/manifest-facts.ts';
import type { ManifestRecords } from '../ports/manifest-records.ts';
import type { Trash } from '../ports/trash.ts';
import type { TroubleReport } from '../trouble.ts';
import { Additions } from './additions.ts';
import { ArtifactChanges } from './artifact-changes.ts';
import { ContentReads } from './content-reads.ts';
import { FactReader } from './fact-reader.ts';
import type { RecentConfigs } from './recent-configs.ts';
import { TrashBin } from './trash-bin.ts';

export interface ContentPorts {
  readonly lists: ContentLists;
  readonly changes: ContentChanges;
  readonly facts: ManifestFactRecords;
  readonly labels: Labels;
  readonly pins: Pins;
  readonly trash: Trash;
  readonly blobRecords: BlobRecords;
  readonly manifestRecords: ManifestRecords;
  readonly blobStore: BlobStore;
  readonly recentConfigs?: RecentConfigs;
  readonly report: TroubleReport;
}

/** What people and the API do with repositories, artifacts and tags, beside push and pull. */
export interface Content {
  readonly reads: ContentReads;
  readonly facts: FactReader;
  readonly changes: ArtifactChanges;
  readonly labels: Labels;
  readonly pins: Pins;
  readonly trash: TrashBin;
  readonly additions: Additions;
}

export function createContent(ports: ContentPorts): Content {
  const facts = new FactReader({ ...ports, records: ports.facts });
  const reads = new ContentReads(ports.lists, facts);
  return {
    facts,
    reads,
    changes: new ArtifactChanges({ ...ports, reads }),
    labels: ports.labels,
    pins: ports.pins,
    trash: new TrashBin(ports),
    additions: new Additions(ports),
  };
}
