import type { Digest, RepositoryName, Tag } from '@berth/oci';
import type { ManifestFacts } from './manifest-facts.ts';
import type { CatalogScope } from './manifest-records.ts';
import type { Pin } from './pins.ts';

export interface ContentPageRequest {
  /** From 1. */
  readonly page: number;
  /** 1 to 100. */
  readonly pageSize: number;
  /** Fields that the list names, others throw RangeError; undefined or empty: the list's own order. */
  readonly sort?: readonly { readonly field: string; readonly descending: boolean }[];
}

export interface ContentPage<Item> {
  readonly items: readonly Item[];
  readonly total: number;
}

export interface Repository {
  readonly id: number;
  readonly projectId: number;
  readonly name: RepositoryName;
  readonly description: string;
  /** As the list of artifacts counts: what stands by itself. */
  readonly artifactCount: number;
  readonly pullCount: number;
  readonly createdAt: Date;
  /** The last change of the description or push. */
  readonly updatedAt: Date;
}

/** Sorted by `name`, `id`, `createdAt`, `updatedAt`, `pullCount`. Repositories without a manifest are not listed: nothing was pushed yet. */
export interface RepositoryQuery extends ContentPageRequest {
  readonly scope: CatalogScope | { readonly projectId: number; readonly repositoryPatterns?: readonly string[] };
  readonly namePart?: string;
  readonly exactName?: string;
}

export interface TagOnArtifact {
  readonly id: number;
  readonly name: Tag;
  readonly pushedAt: Date;
  readonly pulledAt: Date | undefined;
}

export interface Label {
  readonly id: number;
  /** undefined for a label of the whole registry. */
  readonly projectId: number | undefined;
  readonly name: string;
  readonly description: string;
  readonly color: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** A manifest that belongs to another: by its subject, or by cosign's tag convention (`by tag`). */
export interface Accessory {
  readonly manifestId: number;
  readonly subjectId: number;
  readonly subjectDigest: Digest;
  readonly digest: Digest;
  /** Bytes with everything it references. */
  readonly size: number;
  readonly artifactType: string | undefined;
  /** `sig`, `att` or `sbom` of cosign's convention. */
  readonly byTag: string | undefined;
  readonly createdAt: Date;
}

/** A child of an index that is a manifest here. */
export interface ChildOnArtifact {
  readonly id: number;
  readonly digest: Digest;
}

/** A manifest in its repository, as lists show it. */
export interface Artifact {
  readonly id: number;
  /** For the facts, which are kept once for equal bytes. */
  readonly contentId: number;
  readonly projectId: number;
  readonly repositoryId: number;
  readonly repository: RepositoryName;
  readonly digest: Digest;
  readonly mediaType: string;
  /** Declared, else the config's media type, else undefined. */
  readonly artifactType: string | undefined;
  readonly subjectDigest: Digest | undefined;
  /** Bytes of the manifest and of everything it references, through two levels. */
  readonly size: number;
  readonly annotations: Readonly<Record<string, string>>;
  readonly pushedAt: Date;
  readonly pulledAt: Date | undefined;
  readonly pullCount: number;
  readonly pin: Pin | undefined;
  /** undefined until they were read. */
  readonly facts: ManifestFacts | undefined;
  readonly children: readonly ChildOnArtifact[];
  /** Empty unless asked for. */
  readonly tags: readonly TagOnArtifact[];
  readonly labels: readonly Label[];
  readonly accessories: readonly Accessory[];
}

/** What an answer shows besides the manifest itself; each costs one statement for the whole page. */
export interface ArtifactDetail {
  readonly tags: boolean;
  readonly labels: boolean;
  readonly accessories: boolean;
}

/** A moment range; each end may be open. */
export interface TimeRange {
  readonly from: Date | undefined;
  readonly to: Date | undefined;
}

/**
 * Sorted by `pushedAt` (descending by default), `pulledAt`, `digest`, `id`, `repository`. What only belongs to another artifact (untagged
 * children of an index, accessories of something that is here) is folded away unless `everything`.
 */
export interface ArtifactQuery extends ContentPageRequest, ArtifactDetail {
  readonly where: { readonly repositoryId: number } | { readonly projectId: number };
  readonly everything?: boolean;
  /** Only the one pushed last of each repository. */
  readonly latestInRepository?: boolean;
  readonly tagged?: boolean;
  readonly tag?: string;
  readonly tagPart?: string;
  readonly digest?: string;
  readonly mediaType?: string;
  readonly artifactType?: string;
  /** Harbor's word: IMAGE, CHART ... */
  readonly type?: string;
  readonly pinned?: boolean;
  /** All of them. */
  readonly labelIds?: readonly number[];
  readonly pushed?: TimeRange;
  readonly pulled?: TimeRange;
}

/** A tag with what it points at: the tags-first list. */
export interface TagListing {
  readonly id: number;
  readonly name: Tag;
  readonly manifestId: number;
  readonly contentId: number;
  readonly digest: Digest;
  readonly mediaType: string;
  readonly artifactType: string | undefined;
  /** As in {@link Artifact}. */
  readonly size: number;
  readonly pushedAt: Date;
  readonly createdAt: Date;
  readonly pulledAt: Date | undefined;
  readonly pullCount: number;
  readonly facts: ManifestFacts | undefined;
  /** How many accessories the manifest has. */
  readonly accessoryCount: number;
}

/** Sorted by `name` (default), `version`, `pushedAt`, `createdAt`, `pulledAt`, `id`. Tags of cosign's convention are left out unless `accessories`. */
export interface TagQuery extends ContentPageRequest {
  readonly exactName?: string;
  readonly namePart?: string;
  /** `*` and `?` stand for any text and any character. */
  readonly glob?: string;
  readonly manifestId?: number;
  readonly accessories?: boolean;
}

/** One layer of an image with how many repositories hold the same bytes; no more than 1,000 are counted. */
export interface LayerUse {
  readonly digest: Digest;
  readonly repositories: number;
}

export interface ProjectContentSummary {
  readonly repositoryCount: number;
  /** Bytes of the distinct blobs that are linked in the project. */
  readonly bytes: number;
  /** Users and groups by the id of their role. */
  readonly membersByRole: ReadonlyMap<number, number>;
}

/** Reads for lists: a constant number of statements per page, whatever its size. Always fresh. */
export interface ContentLists {
  repositories(query: RepositoryQuery): Promise<ContentPage<Repository>>;
  /** undefined when it does not exist, or nothing was pushed to it yet. */
  repository(name: RepositoryName): Promise<Repository | undefined>;
  artifacts(query: ArtifactQuery): Promise<ContentPage<Artifact>>;
  /** By digest or tag; any manifest, also one that lists fold away. */
  artifact(
    repositoryId: number,
    reference: { readonly digest: Digest } | { readonly tag: Tag },
    detail: ArtifactDetail,
  ): Promise<Artifact | undefined>;
  tags(repositoryId: number, query: TagQuery): Promise<ContentPage<TagListing>>;
  accessories(
    repositoryId: number,
    manifestId: number,
    page: ContentPageRequest & { readonly artifactType?: string },
  ): Promise<ContentPage<Accessory>>;
  /** For the first 500 of them. */
  layerUses(digests: readonly Digest[]): Promise<readonly LayerUse[]>;
  projectSummary(projectId: number): Promise<ProjectContentSummary>;
}
