import type { Digest, ManifestReference } from '@berth/oci';
import type { ManifestPut } from '@berth/registry';
import type { Knex } from 'knex';
import { rowsOf } from '../transactions.ts';

/** A reference and what it names in this repository: a blob, a manifest, both, or nothing. */
export interface ResolvedReference {
  readonly reference: ManifestReference;
  readonly blobId: number | undefined;
  readonly childId: number | undefined;
}

interface Resolution {
  readonly resolved: readonly ResolvedReference[];
  readonly missing: readonly ManifestReference[];
  readonly wrongSize: readonly ManifestReference[];
}

interface Target {
  readonly id: number;
  readonly digest: Digest;
  readonly size: number;
}

/** Finds and locks what the manifest references, FOR KEY SHARE in digest order (law 4). Each digest counts once. */
export async function resolveReferences(transaction: Knex, repositoryId: number, put: ManifestPut): Promise<Resolution> {
  const references = [
    ...new Map(put.manifest.references.toReversed().map((reference) => [reference.digest, reference])).values(),
  ].toReversed();
  const blobs = await lockBlobs(transaction, repositoryId, references);
  // Law 5: only layers and configs are blobs for sure.
  const children = await lockChildren(
    transaction,
    repositoryId,
    references.filter(({ role }) => role === 'child' || role === 'other'),
  );
  const resolved = references.map((reference) => ({
    reference,
    blobId: blobs.get(reference.digest)?.id,
    childId: children.get(reference.digest)?.id,
  }));
  const sizesOf = (digest: Digest): number[] =>
    [blobs.get(digest), children.get(digest)].flatMap((target) => (target ? [target.size] : []));
  return {
    resolved,
    missing: put.manifest.references.filter((reference) => sizesOf(reference.digest).length === 0 && !mayBeAbsent(reference, put)),
    wrongSize: put.manifest.references.filter((reference) => sizesOf(reference.digest).some((size) => size !== reference.size)),
  };
}

function mayBeAbsent(reference: ManifestReference, put: ManifestPut): boolean {
  return reference.mayBeAbsent || (put.allowSparse && reference.role === 'child');
}

/** A damaged blob counts as missing: the client uploads it again, which heals it. */
async function lockBlobs(transaction: Knex, repositoryId: number, references: readonly ManifestReference[]): Promise<Map<Digest, Target>> {
  if (references.length === 0) return new Map();
  const rows = await rowsOf<Target>(
    transaction,
    // One link after the other: a planner whose statistics are of yesterday would read all links of a repository that has grown since.
    `select b.id, b.digest, b.size
     from (select id, digest, size from blobs where digest = any(?::text[]) and state = 'live' order by digest for key share) b
     cross join lateral (select 1 from repository_blobs l where l.repository_id = ? and l.blob_id = b.id for key share) held`,
    [references.map(({ digest }) => digest), repositoryId],
  );
  return new Map(rows.map((row) => [row.digest, row]));
}

async function lockChildren(
  transaction: Knex,
  repositoryId: number,
  references: readonly ManifestReference[],
): Promise<Map<Digest, Target>> {
  if (references.length === 0) return new Map();
  const rows = await rowsOf<Target>(
    transaction,
    'select id, digest, size from manifests where repository_id = ? and digest = any(?::text[]) order by digest for key share',
    [repositoryId, references.map(({ digest }) => digest)],
  );
  return new Map(rows.map((row) => [row.digest, row]));
}

export interface NewReferences {
  readonly manifestId: number;
  readonly repositoryId: number;
  readonly resolved: readonly ResolvedReference[];
  /** The manifest's own. Indexes that named it while it was absent hold it from now on. */
  readonly digest: Digest;
}

export async function insertReferences(transaction: Knex, references: NewReferences): Promise<void> {
  const { manifestId, repositoryId, resolved, digest } = references;
  await rowsOf(
    transaction,
    `with settled as (
       update manifest_references set child_id = ?, digest = null where repository_id = ? and digest = ? and role in ('child', 'other'))
     insert into manifest_references (manifest_id, repository_id, position, role, size, blob_id, child_id, digest)
     select ?, ?, position - 1, role, size, blob_id, child_id, digest
     from unnest(?::text[], ?::bigint[], ?::bigint[], ?::bigint[], ?::text[]) with ordinality
       as found (role, size, blob_id, child_id, digest, position)`,
    [
      manifestId,
      repositoryId,
      digest,
      manifestId,
      repositoryId,
      resolved.map(({ reference }) => reference.role),
      resolved.map(({ reference }) => reference.size),
      resolved.map(({ blobId }) => blobId ?? null),
      resolved.map(({ childId }) => childId ?? null),
      resolved.map(({ reference, blobId, childId }) => (blobId === undefined && childId === undefined ? reference.digest : null)),
    ],
  );
}
