import type { ProjectName } from '@berth/oci';
import type { ContentPage, ContentPageRequest } from './content-lists.ts';

/** What a project may hold and holds, in bytes: each blob once, however many repositories of the project have it. */
export interface Quota {
  readonly projectId: number;
  readonly projectName: ProjectName;
  readonly ownerName: string;
  /** -1: no limit. */
  readonly hardBytes: number;
  readonly usedBytes: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Where the count of a project and its links disagree: never, unless somebody changed rows by hand. */
export interface QuotaDrift {
  readonly projectId: number;
  readonly countedBytes: number;
  readonly linkedBytes: number;
}

/** Sorted by `used`, `hard`, `id` (default), `createdAt`, `updatedAt`. */
export interface QuotaQuery extends ContentPageRequest {
  readonly projectId?: number;
}

/** A quota that filled up (`quota warning`, at 85 %) or had no room (`quota exceeded`, at most one a minute). Sizes in bytes, as they were then. */
export interface QuotaEvent {
  readonly id: number;
  readonly kind: 'quota warning' | 'quota exceeded';
  readonly createdAt: Date;
  readonly used: number;
  readonly hard: number;
  /** What was refused for want of room. */
  readonly needed?: number;
}

export interface QuotaEvents {
  /** The newest first. */
  list(projectId: number, page: ContentPageRequest): Promise<ContentPage<QuotaEvent>>;
}

export interface Quotas {
  list(query: QuotaQuery): Promise<ContentPage<Quota>>;
  find(projectId: number): Promise<Quota | undefined>;
  /** -1 takes the limit away. False when there is no such project. What is there already stays, also above the limit. */
  setHard(projectId: number, bytes: number): Promise<boolean>;
  /** Compares every living project's count with its links; what differs is told, and counted anew under the project's lock. */
  reconcile(): Promise<readonly QuotaDrift[]>;
}
