import type { BlobStore } from '../ports/blob-store.ts';
import type { ContentLists } from '../ports/content-lists.ts';
import type { ManifestFactRecords } from '../ports/manifest-facts.ts';
import type { TroubleReport } from '../trouble.ts';
import { ContentReads } from './content-reads.ts';
import { FactReader } from './fact-reader.ts';

export interface ContentPorts {
  readonly lists: ContentLists;
  readonly facts: ManifestFactRecords;
  readonly blobStore: BlobStore;
  readonly report: TroubleReport;
}

/** What people and the API do with repositories, artifacts and tags, beside push and pull. */
export interface Content {
  readonly reads: ContentReads;
  readonly facts: FactReader;
}

export function createContent(ports: ContentPorts): Content {
  const facts = new FactReader({ records: ports.facts, blobStore: ports.blobStore, report: ports.report });
  return { facts, reads: new ContentReads(ports.lists, facts) };
}
