import type { Digest, ManifestReference } from '@berth/oci';
import type { VerifiedManifest } from '@berth/registry';
import type { Knex } from 'knex';
import { insertReferences } from '../registry/manifest-references.ts';
import { inTransaction, rowsOf } from '../transactions.ts';

interface Placed {
  readonly repository_id: number;
  readonly digest: Digest;
}

interface Found {
  readonly id: number;
  readonly digest: Digest;
}

/** One transaction for all. A manifest keeps its references whatever became of the blobs: the push that heals them finds them named. */
export async function addManifests(knex: Knex, verified: readonly VerifiedManifest[]): Promise<readonly number[]> {
  return inTransaction(knex, async (transaction) => {
    const incomplete: number[] = [];
    for (const { id, manifest } of verified) {
      const placed = await place(transaction, { id, manifest });
      if (placed === undefined) continue;
      const references = [...new Map(manifest.references.map((reference) => [reference.digest, reference])).values()];
      const blobs = await linkedBlobs(transaction, placed.repository_id, references);
      const children = await childrenOf(transaction, placed.repository_id, references);
      const resolved = references.map((reference) => ({
        reference,
        blobId: blobs.get(reference.digest),
        childId: children.get(reference.digest),
      }));
      await rowsOf(transaction, 'delete from manifest_references where manifest_id = ?', [id]);
      await insertReferences(transaction, { manifestId: id, repositoryId: placed.repository_id, resolved, digest: placed.digest });
      const lacks = resolved.some(({ reference: { role, mayBeAbsent }, blobId }) => blobId === undefined && isBlob(role) && !mayBeAbsent);
      if (lacks) incomplete.push(id);
    }
    return incomplete;
  });
}

/** A child may come later, and is settled then. */
function isBlob(role: ManifestReference['role']): boolean {
  return role === 'config' || role === 'layer';
}

async function place(transaction: Knex, { id, manifest }: VerifiedManifest): Promise<Placed | undefined> {
  const annotations = Object.keys(manifest.annotations).length === 0 ? null : JSON.stringify(manifest.annotations);
  await rowsOf(
    transaction,
    `insert into manifest_contents (digest, bytes) select value->>'digest', convert_to(value->>'bytes', 'LATIN1')
     from storage_rebuild_entries where kind = 'manifest' and item = ? on conflict (digest) do nothing`,
    [id],
  );
  await rowsOf(
    transaction,
    `insert into manifests (id, repository_id, content_id, digest, size, media_type, artifact_type, subject_digest, annotations,
       pushed_by, created_at, pushed_at) overriding system value
     select e.item, (e.value->>'repositoryId')::bigint, c.id, c.digest, octet_length(c.bytes), ?, ?, ?, ?,
       e.value->>'pushedBy', (e.value->>'createdAt')::timestamptz, (e.value->>'pushedAt')::timestamptz
     from storage_rebuild_entries e join manifest_contents c on c.digest = e.value->>'digest'
     where e.kind = 'manifest' and e.item = ? on conflict do nothing`,
    [manifest.mediaType, manifest.artifactType ?? null, manifest.subject?.digest ?? null, annotations, id],
  );
  const rows = await rowsOf<Placed>(transaction, 'select repository_id, digest from manifests where id = ?', [id]);
  return rows[0];
}

async function linkedBlobs(
  transaction: Knex,
  repositoryId: number,
  references: readonly ManifestReference[],
): Promise<ReadonlyMap<Digest, number>> {
  const rows = await rowsOf<Found>(
    transaction,
    `select b.id, b.digest from repository_blobs l join blobs b on b.id = l.blob_id
     where l.repository_id = ? and b.digest = any(?::text[])`,
    [repositoryId, references.map(({ digest }) => digest)],
  );
  return new Map(rows.map(({ id, digest }) => [digest, id]));
}

async function childrenOf(
  transaction: Knex,
  repositoryId: number,
  references: readonly ManifestReference[],
): Promise<ReadonlyMap<Digest, number>> {
  const named = references.filter(({ role }) => !isBlob(role)).map(({ digest }) => digest);
  if (named.length === 0) return new Map();
  const rows = await rowsOf<Found>(transaction, 'select id, digest from manifests where repository_id = ? and digest = any(?::text[])', [
    repositoryId,
    named,
  ]);
  return new Map(rows.map(({ id, digest }) => [digest, id]));
}
