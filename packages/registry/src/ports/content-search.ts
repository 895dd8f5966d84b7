import type { Digest, ProjectName, RepositoryName, Tag } from '@berth/oci';
import type { CatalogScope } from './manifest-records.ts';

export interface SearchHits {
  readonly projectIds: readonly number[];
  readonly repositories: readonly {
    readonly projectId: number;
    readonly projectName: ProjectName;
    readonly projectPublic: boolean;
    readonly name: RepositoryName;
    readonly pullCount: number;
    readonly artifactCount: number;
  }[];
  readonly tags: readonly { readonly projectId: number; readonly repository: RepositoryName; readonly tag: Tag; readonly digest: Digest }[];
  readonly manifests: readonly { readonly projectId: number; readonly repository: RepositoryName; readonly digest: Digest }[];
}

export interface SearchQuery {
  readonly text: string;
  readonly scope: CatalogScope;
  /** Most hits of each kind. */
  readonly limit: number;
}

export interface ContentCounts {
  readonly privateProjects: number;
  readonly publicProjects: number;
  readonly privateRepositories: number;
  readonly publicRepositories: number;
}

/**
 * Bytes, of one moment. They reconcile: `physical` = `charged` - `shared` + `pending`. What is stored once but counted by several projects is
 * `shared`; what is stored and counted by none is `pending`: on its way in, in the trash, or waiting for collection.
 */
export interface StorageTotals {
  /** Sum over projects of the distinct blobs linked in each, as their quotas count. */
  readonly charged: number;
  /** Of the stored blobs, each once. */
  readonly physical: number;
  readonly shared: number;
  readonly pending: number;
}

/** Finding by a part of a name, and counting. A constant number of statements. */
export interface ContentSearch {
  /** Projects, repositories and tags whose name holds the text; manifests whose digest starts with it. */
  find(query: SearchQuery): Promise<SearchHits>;
  /** Public ones, and of private ones those in scope. */
  count(scope: CatalogScope): Promise<ContentCounts>;
  storage(): Promise<StorageTotals>;
}
