import {
  digestAlgorithm,
  type Digest,
  digestOfBytes,
  type Manifest,
  type ManifestReference,
  OciError,
  parseManifest,
  type Reference,
  referenceText,
  type RepositoryName,
  type Tag,
} from '@berth/oci';
import type { ManifestHead, ManifestRecords, StoredManifest } from '../ports/manifest-records.ts';
import type { ActorKey } from '../ports/upload-sessions.ts';

/** Most missing references that one refusal names. */
const MAX_NAMED = 100;

export interface ManifestPush {
  readonly repository: RepositoryName;
  readonly reference: Reference;
  /** Tags besides the reference's own (end-7b). */
  readonly tags: readonly Tag[];
  /** As sent; at most MAX_MANIFEST_BYTES, which the reader of the body enforces. */
  readonly bytes: Buffer;
  readonly contentType: string | undefined;
  readonly actor: ActorKey;
}

export interface PushedManifest {
  readonly digest: Digest;
  readonly manifest: Manifest;
  /** Every tag that points here now because of this push. */
  readonly tags: readonly Tag[];
}

export interface ManifestPolicy {
  /** Children of an index may be absent. */
  readonly allowSparse: boolean;
}

/** Manifests: put, find, head, delete (distribution-spec end-3, end-7, end-9). */
export class Manifests {
  readonly #records: ManifestRecords;
  readonly #policy: ManifestPolicy;

  constructor(records: ManifestRecords, policy: ManifestPolicy) {
    this.#records = records;
    this.#policy = policy;
  }

  /**
   * Stores the bytes as they came (law 7) and points tags at them, in one transaction. Throws MANIFEST_INVALID, DIGEST_INVALID when the
   * bytes have another digest than the reference names, MANIFEST_BLOB_UNKNOWN with one entry for each absent reference.
   */
  async put(push: ManifestPush): Promise<PushedManifest> {
    const { repository, reference, bytes, actor } = push;
    const digest = digestOfBytes(bytes, reference.kind === 'digest' ? digestAlgorithm(reference.digest) : 'sha256');
    if (reference.kind === 'digest' && reference.digest !== digest) throw wrongDigest(reference.digest, digest);
    const manifest = parseManifest(bytes, push.contentType);
    const tags = [...new Set(reference.kind === 'tag' ? [reference.tag, ...push.tags] : push.tags)];
    const { allowSparse } = this.#policy;
    const result = await this.#records.put({ repository, digest, bytes, manifest, tags, actor, allowSparse });
    if (result.outcome === 'refused') throw refused(result.missing, result.wrongSize);
    return { digest, manifest, tags };
  }

  /** Throws MANIFEST_UNKNOWN. */
  async find(repository: RepositoryName, reference: Reference): Promise<StoredManifest> {
    const found = await this.#records.find(repository, reference);
    if (found === undefined) throw unknownManifest(reference);
    return found;
  }

  /** Throws MANIFEST_UNKNOWN. */
  async head(repository: RepositoryName, reference: Reference): Promise<ManifestHead> {
    const found = await this.#records.head(repository, reference);
    if (found === undefined) throw unknownManifest(reference);
    return found;
  }

  /** By tag: removes only the tag. By digest: the manifest and its tags (law 8). Throws MANIFEST_UNKNOWN, or UNSUPPORTED (405) for a child of an index. */
  async delete(repository: RepositoryName, reference: Reference, actor: ActorKey): Promise<void> {
    if (reference.kind === 'tag') {
      if (!(await this.#records.removeTag(repository, reference.tag, actor))) throw unknownManifest(reference);
      return;
    }
    const outcome = await this.#records.remove(repository, reference.digest, actor);
    if (outcome === 'absent') throw unknownManifest(reference);
    if (outcome === 'in use') {
      throw new OciError('UNSUPPORTED', 'An index of this repository lists this manifest, so it was kept. Delete the index first.', {
        headers: { allow: 'GET, HEAD, PUT' },
        detail: { digest: reference.digest },
      });
    }
  }
}

function unknownManifest(reference: Reference): OciError {
  const what = reference.kind === 'tag' ? 'tag' : 'digest';
  return new OciError('MANIFEST_UNKNOWN', `This repository has no manifest with this ${what}.`, {
    detail: { [what]: referenceText(reference) },
  });
}

function wrongDigest(named: Digest, computed: Digest): OciError {
  return new OciError('DIGEST_INVALID', 'The manifest has another digest than the request names. Nothing was stored.', {
    detail: { named, computed },
  });
}

function refused(missing: readonly ManifestReference[], wrongSize: readonly ManifestReference[]): OciError {
  if (missing.length > 0) {
    const entries = missing.slice(0, MAX_NAMED).map(({ digest, mediaType, size }) => ({
      code: 'MANIFEST_BLOB_UNKNOWN' as const,
      message: `The manifest references ${digest}, which this repository does not hold. Nothing was stored; push it first.`,
      detail: { digest, mediaType, size },
    }));
    const first = entries[0] as (typeof entries)[0];
    return new OciError('MANIFEST_BLOB_UNKNOWN', first.message, { detail: first.detail, more: entries.slice(1) });
  }
  return new OciError('MANIFEST_INVALID', 'The manifest gives sizes that its content does not have. Nothing was stored.', {
    detail: { wrongSize: wrongSize.slice(0, MAX_NAMED).map(({ digest, size }) => ({ digest, size })) },
  });
}
