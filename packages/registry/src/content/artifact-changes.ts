import { type Digest, OciError, parseManifest, type Reference, type RepositoryName, type Tag, say } from '@berth/oci';
import type { BlobRecords } from '../ports/blob-records.ts';
import type { ContentChanges, FamilyMember, TagMoved } from '../ports/content-changes.ts';
import type { Artifact, ContentPage, Repository } from '../ports/content-lists.ts';
import type { ManifestRecords } from '../ports/manifest-records.ts';
import type { ActorKey } from '../ports/upload-sessions.ts';
import { type ContentReads, unknownArtifact } from './content-reads.ts';

export interface ArtifactChangePorts {
  readonly reads: ContentReads;
  readonly changes: ContentChanges;
  readonly blobRecords: Pick<BlobRecords, 'mount'>;
  readonly manifestRecords: Pick<ManifestRecords, 'find' | 'put' | 'removeTag'>;
}

export interface Copy {
  readonly source: Repository;
  readonly reference: Reference;
  /** Made where missing. */
  readonly target: RepositoryName;
  readonly actor: ActorKey;
}

/** Most manifests that one copy takes along: children and accessories. */
const MAX_FAMILY = 1000;
const NOTHING_MORE = { tags: false, labels: false, accessories: false };

/** What people change in a repository, beside pushing. Refusals are OciErrors with a sentence. */
export class ArtifactChanges {
  readonly #ports: ArtifactChangePorts;

  constructor(ports: ArtifactChangePorts) {
    this.#ports = ports;
  }

  setDescription(repositoryId: number, description: string): Promise<boolean> {
    return this.#ports.changes.setDescription(repositoryId, description);
  }

  /**
   * Links and names what the source has in another repository; no byte moves. Children come first and the tags last, so that whatever is
   * seen on the way is whole, and a copy that broke off can be made again. Throws MANIFEST_UNKNOWN.
   */
  async copy({ source, reference, target, actor }: Copy): Promise<Digest> {
    const { reads, changes } = this.#ports;
    const { digest } = await reads.artifact(source, reference, NOTHING_MORE);
    const family = await changes.family(source.id, digest, MAX_FAMILY);
    if (family === undefined || family.length === 0)
      throw new OciError(
        'MANIFEST_INVALID',
        say('copy-too-large')`The artifact has more than ${{ most: MAX_FAMILY }} children and accessories. Nothing was copied.`,
      );
    for (const member of family) await this.#copyOne(source.name, member, { target, actor });
    return digest;
  }

  /** `exists` is refused by CONFLICT of the API: the answer tells it apart. Throws MANIFEST_UNKNOWN. */
  async createTag(
    repository: Repository,
    reference: Reference,
    change: { readonly tag: Tag; readonly actor: ActorKey },
  ): Promise<'created' | 'exists'> {
    const { reads, changes } = this.#ports;
    const { digest } = await reads.artifact(repository, reference, NOTHING_MORE);
    const outcome = await changes.createTag({ repositoryId: repository.id, digest, ...change });
    if (outcome === 'absent') throw unknownArtifact(repository, reference);
    return outcome;
  }

  /** Removes only the tag. Throws MANIFEST_UNKNOWN when the artifact does not have it. */
  async deleteTag(repository: Repository, reference: Reference, change: { readonly tag: Tag; readonly actor: ActorKey }): Promise<void> {
    const { reads, manifestRecords } = this.#ports;
    const { id } = await reads.artifact(repository, reference, NOTHING_MORE);
    const found = await reads.tags(repository.id, { page: 1, pageSize: 1, manifestId: id, exactName: change.tag, accessories: true });
    if (found.items.length === 0 || !(await manifestRecords.removeTag(repository.name, change.tag, change.actor)))
      throw new OciError('MANIFEST_UNKNOWN', say('tag-not-there')`The artifact has no tag ${{ tag: change.tag }}.`);
  }

  tagHistory(repositoryId: number, tag: Tag, page: { readonly page: number; readonly pageSize: number }): Promise<ContentPage<TagMoved>> {
    return this.#ports.changes.tagHistory(repositoryId, tag, page);
  }

  /** Points the tag where it once pointed. `never there`: it did not, so this would be no rollback. Throws MANIFEST_UNKNOWN when that is gone. */
  async rollBack(
    repository: Repository,
    change: { readonly tag: Tag; readonly digest: Digest; readonly actor: ActorKey },
  ): Promise<'moved' | 'never there'> {
    const { changes } = this.#ports;
    if (!(await changes.wasAt(repository.id, change.tag, change.digest))) return 'never there';
    const outcome = await changes.moveTag({ repositoryId: repository.id, ...change });
    if (outcome === 'absent') throw unknownArtifact(repository, { kind: 'digest', digest: change.digest });
    return outcome;
  }

  /** With its tags, untagged children and accessories. Throws MANIFEST_UNKNOWN, or UNSUPPORTED for a child of an index. */
  async delete(repository: Repository, reference: Reference, actor: ActorKey): Promise<Artifact> {
    const artifact = await this.#ports.reads.artifact(repository, reference, NOTHING_MORE);
    const outcome = await this.#ports.changes.deleteArtifact(repository.name, artifact.digest, actor);
    if (outcome === 'absent') throw unknownArtifact(repository, reference);
    if (outcome === 'in use')
      throw new OciError(
        'UNSUPPORTED',
        say('listed-by-index')`An index of this repository lists this artifact, so it was kept. Delete the index first.`,
      );
    return artifact;
  }

  /** Throws NAME_UNKNOWN. */
  async deleteRepository(repository: Repository, actor: ActorKey): Promise<void> {
    if (!(await this.#ports.changes.deleteRepository(repository.id, actor)))
      throw new OciError('NAME_UNKNOWN', say('repository-just-deleted')`The repository was deleted a moment ago.`);
  }

  async #copyOne(source: RepositoryName, member: FamilyMember, { target, actor }: Pick<Copy, 'target' | 'actor'>): Promise<void> {
    const { blobRecords, manifestRecords } = this.#ports;
    for (const blob of member.blobs) {
      if (!(await blobRecords.mount(source, target, blob))) throw changed();
    }
    const found = await manifestRecords.find(source, { kind: 'digest', digest: member.digest });
    if (found === undefined) throw changed();
    await putBytes(manifestRecords, { repository: target, manifest: found, tags: member.tags, actor });
  }
}

function changed(): OciError {
  return new OciError(
    'MANIFEST_UNKNOWN',
    say('copy-changed')`The artifact changed while it was copied, so the copy is not complete. Copy it again.`,
  );
}

interface Placement {
  readonly repository: RepositoryName;
  readonly manifest: { readonly digest: Digest; readonly mediaType: string; readonly bytes: Buffer };
  readonly tags: readonly Tag[];
  readonly actor: ActorKey;
}

/** Stores a manifest that was accepted before, where what it needs is linked now. */
export async function putBytes(
  records: Pick<ManifestRecords, 'put'>,
  { repository, manifest: stored, tags, actor }: Placement,
): Promise<void> {
  const manifest = parseManifest(stored.bytes, stored.mediaType);
  // What was absent when it was pushed may be absent still.
  const put = { repository, digest: stored.digest, bytes: stored.bytes, manifest, tags, actor, allowSparse: true };
  if ((await records.put(put)).outcome !== 'stored') throw changed();
}
