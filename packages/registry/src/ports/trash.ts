import type { Digest, RepositoryName, Tag } from '@berth/oci';
import type { ContentPage, ContentPageRequest } from './content-lists.ts';
import type { ActorKey } from './upload-sessions.ts';

export type TrashKind = 'tag' | 'artifact' | 'repository' | 'project';

/** Something that was deleted and may come back until `expiresAt`. */
export interface TrashEntry {
  readonly id: number;
  readonly kind: TrashKind;
  readonly projectId: number;
  readonly projectName: string;
  readonly repositoryId: number | undefined;
  /** Of the repository, or of the project. */
  readonly name: string;
  readonly tag: Tag | undefined;
  readonly digest: Digest | undefined;
  /** Tags that went with the artifact. */
  readonly tags: readonly Tag[];
  /** Bytes that come back, as lists count them. */
  readonly size: number;
  readonly deletedBy: ActorKey;
  /** Of the account; its key where that is gone. */
  readonly deletedByName: string;
  readonly deletedAt: Date;
  readonly expiresAt: Date;
}

/** Newest first. */
export interface TrashQuery extends ContentPageRequest {
  readonly projectId?: number;
  readonly kind?: TrashKind;
  /** Part of the name. */
  readonly namePart?: string;
}

export interface HeldManifest {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly bytes: Buffer;
  /** That it had. */
  readonly labelIds: readonly number[];
}

export interface Trash {
  list(query: TrashQuery): Promise<ContentPage<TrashEntry>>;
  /** With `projectId`: an entry of another project is not there. */
  find(id: number, projectId?: number): Promise<TrashEntry | undefined>;
  /** The entry that holds this manifest of the repository, the newest. */
  findArtifact(repositoryId: number, digest: Digest): Promise<TrashEntry | undefined>;
  /** Ids of the artifact entries that one deletion made, this one among them: an image and its signatures. */
  companions(id: number): Promise<readonly number[]>;
  /**
   * Links the blobs that the entry holds to the repository of that name (made where missing), with a fresh lease, and gives the manifests,
   * children first. undefined when the entry is gone.
   */
  openArtifact(id: number, repository: RepositoryName): Promise<readonly HeldManifest[] | undefined>;
  /** Gives a restored manifest those of its labels that are still there. */
  relabel(repository: RepositoryName, digest: Digest, labelIds: readonly number[]): Promise<void>;
  /** Forgets an entry that was restored. */
  drop(id: number): Promise<void>;
  /** `taken` when something living has the name. */
  restoreRepository(id: number): Promise<'restored' | 'gone' | 'taken'>;
  restoreProject(id: number): Promise<'restored' | 'gone' | 'taken'>;
  /**
   * Removes the entry and what nothing else needs. False when it is gone already, and when `stopping` came before the end of a large one,
   * which the next purge goes on with.
   */
  purge(id: number, stopping?: AbortSignal): Promise<boolean>;
  /** Ids of entries whose time is over. */
  expired(limit: number): Promise<readonly number[]>;
}
