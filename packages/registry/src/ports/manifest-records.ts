import type { Descriptor, Digest, Manifest, ManifestReference, Reference, RepositoryName, Tag } from '@berth/oci';
import type { ActorKey } from './upload-sessions.ts';

export interface StoredManifest {
  readonly digest: Digest;
  readonly mediaType: string;
  /** Raw bytes as pushed (law 7). */
  readonly bytes: Buffer;
}

/** What HEAD needs. */
export interface ManifestHead {
  readonly digest: Digest;
  readonly mediaType: string;
  /** Bytes. */
  readonly size: number;
}

export interface ManifestPut {
  readonly repository: RepositoryName;
  readonly digest: Digest;
  readonly bytes: Buffer;
  readonly manifest: Manifest;
  /** Tags that point here after the commit; may be empty. */
  readonly tags: readonly Tag[];
  readonly actor: ActorKey;
  /** Policy: children of an index may be absent. */
  readonly allowSparse: boolean;
}

export type ManifestPutOutcome =
  | { readonly outcome: 'stored' }
  /** References that are neither linked here nor allowed to be absent, or whose stored size differs from the descriptor's. */
  | { readonly outcome: 'refused'; readonly missing: readonly ManifestReference[]; readonly wrongSize: readonly ManifestReference[] };

/** A page of names in byte order. `more` says whether another page follows. */
export interface NamePage<Name extends string> {
  readonly names: readonly Name[];
  readonly more: boolean;
}

export interface PageAfter {
  readonly limit: number;
  /** Names after this one in byte order; need not exist. */
  readonly after?: string;
}

export interface ReferrerPage {
  readonly descriptors: readonly Descriptor[];
  readonly more: boolean;
}

/** Rows of manifests, tags and what they reference. Reads are fresh at every call; only bytes by digest may be cached (law 6). */
export interface ManifestRecords {
  find(repository: RepositoryName, reference: Reference): Promise<StoredManifest | undefined>;
  head(repository: RepositoryName, reference: Reference): Promise<ManifestHead | undefined>;
  /** Law 4 in one transaction: repository row, locks in digest order, manifest, references, subject, tags, event. */
  put(put: ManifestPut): Promise<ManifestPutOutcome>;
  /** Removes the manifest and its tags from the repository at once. `in use` when an index of the repository references it. */
  remove(repository: RepositoryName, digest: Digest, actor: ActorKey): Promise<'removed' | 'absent' | 'in use'>;
  /** Removes only the tag. */
  removeTag(repository: RepositoryName, tag: Tag, actor: ActorKey): Promise<boolean>;
  /** undefined when the repository does not exist. */
  tags(repository: RepositoryName, page: PageAfter): Promise<NamePage<Tag> | undefined>;
  /** Manifests whose subject is `subject`, in digest order; empty when there are none. */
  referrers(repository: RepositoryName, query: ReferrerQuery): Promise<ReferrerPage>;
  /** Repositories with at least one manifest, in byte order, within `scope`. */
  catalog(scope: CatalogScope, page: PageAfter): Promise<NamePage<RepositoryName>>;
}

export interface ReferrerQuery extends PageAfter {
  readonly subject: Digest;
  readonly artifactType?: string;
}

/**
 * What the caller may list: everything, or the projects with these ids, every public one, and the repositories whose full name matches one
 * of these regular expressions of Postgres.
 */
export type CatalogScope = 'everything' | { readonly projectIds: readonly number[]; readonly repositoryPatterns?: readonly string[] };
