import type { Digest, ProjectName, RepositoryName, Tag } from '@berth/oci';
import type { ContentPage, ContentPageRequest } from './content-lists.ts';
import type { GarbageRun } from './garbage-runs.ts';
import type { CatalogScope } from './manifest-records.ts';
import type { RetentionExecution } from './retention.ts';
import type { WorkRun } from './work-runs.ts';
import type { ActorKey } from './upload-sessions.ts';

/**
 * `uploading`: bytes arrive; `stored`: a blob was taken; `mounted`: it was linked from another repository, and nothing was sent; `present`: it
 * was here already; `refused`: the push was told why not.
 */
export type PushState = 'uploading' | 'stored' | 'mounted' | 'present' | 'refused';

/** How far one part of a push is: a blob or a manifest. */
export interface PushStep {
  readonly repository: RepositoryName;
  /** Names the part within the repository: the upload, the digest, or the reference of a manifest. */
  readonly part: string;
  readonly state: PushState;
  readonly actor: ActorKey;
  readonly digest?: Digest | undefined;
  /** Received so far; of a blob that was not sent, its size. */
  readonly bytes?: number | undefined;
  /** The sentence of the refusal. */
  readonly problem?: string | undefined;
}

/** Tells those who watch, wherever they are connected. */
export interface PushSteps {
  /** One statement for the batch; keeps nothing of what nobody watches. */
  publish(steps: readonly PushStep[]): Promise<void>;
}

/** A place in the order of events. Opaque; the text goes to clients, who bring it back. */
export interface EventPosition {
  readonly transaction: string;
  readonly id: number;
}

/** Something that was committed. */
export interface ContentEvent {
  readonly position: EventPosition;
  /** In words, such as `manifest pushed` or `tag deleted`. */
  readonly kind: string;
  readonly repository: RepositoryName;
  readonly digest: Digest | undefined;
  readonly tag: Tag | undefined;
  /** Of the account; its key where that is gone. */
  readonly actorName: string;
  readonly at: Date;
}

export interface SeenStep extends PushStep {
  readonly actorName: string;
  /** Of the database; the same step with the same moment is the same news. */
  readonly at: Date;
}

/** A run of retention that moved: it began, looked at another repository, or ended. */
export interface SeenRetention extends RetentionExecution {
  readonly project: ProjectName;
  readonly updatedAt: Date;
}

/** A {@link ContentEvent} in a list. */
export interface PastEvent extends Omit<ContentEvent, 'position'> {
  readonly id: number;
}

export interface TextWanted {
  readonly value: string;
  /** A part is enough. */
  readonly fuzzy: boolean;
}

/** Newest first, whatever order is asked for. Events are kept for a week. */
export interface PastEventQuery extends ContentPageRequest {
  /** Events of projects that were deleted are in nobody's scope. */
  readonly scope: CatalogScope;
  readonly project?: TextWanted;
  /** The full name. */
  readonly repository?: TextWanted;
  readonly kind?: TextWanted;
  /** The name of the account. */
  readonly actorName?: TextWanted;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
}

/** What happened before: for those who look later. */
export interface PastEvents {
  list(query: PastEventQuery): Promise<ContentPage<PastEvent>>;
}

/** What those who watch are told. */
export interface LiveReads {
  /** Every event that is committed later comes after it. */
  position(): Promise<EventPosition>;
  /** In their order; none that commits later will have its place among them. */
  eventsAfter(position: EventPosition, limit: number): Promise<readonly ContentEvent[]>;
  /** Steps that changed within the last seconds, oldest first. */
  recentSteps(seconds: number, limit: number): Promise<readonly SeenStep[]>;
  /** Long work that changed within the last seconds, oldest first. */
  recentWork(seconds: number, limit: number): Promise<readonly WorkRun[]>;
  /** Runs of collection that changed within the last seconds, oldest first. */
  recentCollections(seconds: number, limit: number): Promise<readonly GarbageRun[]>;
  /** Runs of retention that changed within the last seconds, oldest first; none of projects that are gone. */
  recentRetentions(seconds: number, limit: number): Promise<readonly SeenRetention[]>;
  /** Somebody watches the pushes to these for so many seconds: repositories, projects, or the empty text for all. */
  watch(scopes: readonly string[], seconds: number): Promise<void>;
}
