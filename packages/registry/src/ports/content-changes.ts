import type { Digest, RepositoryName, Tag } from '@berth/oci';
import type { ActorKey } from './upload-sessions.ts';

export interface FamilyMember {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly contentId: number;
  /** Digests of the blobs that it references here. */
  readonly blobs: readonly Digest[];
  /** Its tags, where it is the root; else only those of cosign's convention. */
  readonly tags: readonly Tag[];
}

export interface TagChange {
  readonly repositoryId: number;
  readonly tag: Tag;
  readonly digest: Digest;
  readonly actor: ActorKey;
}

export interface TagMoved {
  readonly id: number;
  readonly tag: Tag;
  readonly digest: Digest | undefined;
  readonly previousDigest: Digest | undefined;
  readonly actor: ActorKey;
  /** Of the account; its key where that is gone. */
  readonly actorName: string;
  readonly movedAt: Date;
  /** The manifest of `digest` is still here. */
  readonly available: boolean;
}

/** Changes by people, beside pushes. Each is one transaction with its history and event. */
export interface ContentChanges {
  setDescription(repositoryId: number, description: string): Promise<boolean>;
  /** `exists`: the tag is there already, wherever it points; nothing changed. `absent`: no such manifest here. */
  createTag(change: TagChange): Promise<'created' | 'exists' | 'absent'>;
  /** Points a tag, there or not, at a manifest that is here. */
  moveTag(change: TagChange): Promise<'moved' | 'absent'>;
  /** The newest first. */
  tagHistory(
    repositoryId: number,
    tag: Tag,
    page: { readonly page: number; readonly pageSize: number },
  ): Promise<{ readonly items: readonly TagMoved[]; readonly total: number }>;
  /** Did the tag ever point at this manifest? */
  wasAt(repositoryId: number, tag: Tag, digest: Digest): Promise<boolean>;
  /** The manifest with its children and accessories, those that others need first, itself last. At most `limit`, else undefined. */
  family(repositoryId: number, digest: Digest, limit: number): Promise<readonly FamilyMember[] | undefined>;
  /** Hides the repository with everything in it at once; its entry goes to the trash. */
  deleteRepository(repositoryId: number, actor: ActorKey): Promise<boolean>;
  /** The manifest, its tags, its untagged children that nothing else needs, and its accessories. `in use`: an index here lists it. */
  deleteArtifact(repository: RepositoryName, digest: Digest, actor: ActorKey): Promise<'removed' | 'absent' | 'in use'>;
}
