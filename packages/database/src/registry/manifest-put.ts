import type { ManifestPut, ManifestPutOutcome } from '@berth/registry';
import type { Knex } from 'knex';
import { inTransaction, rollBackWith, rowsOf } from '../transactions.ts';
import { insertReferences, type NewReferences, type ResolvedReference, resolveReferences } from './manifest-references.ts';
import { lockOrCreateRepository, type RepositoryRow } from './repository-rows.ts';
import { moveTags } from './tag-moves.ts';
import { takeOut } from './trash-entries.ts';

const MAX_ATTEMPTS = 8;

/** Law 4 in one transaction. The order of locks: repository, blobs with their links, children, content, manifest, tags; digests and names in order. */
export async function putManifest(knex: Knex, put: ManifestPut): Promise<ManifestPutOutcome> {
  return inTransaction<ManifestPutOutcome>(knex, async (transaction) => {
    const repository = await lockOrCreateRepository(transaction, put.repository);
    const { resolved, missing, wrongSize } = await resolveReferences(transaction, repository.id, put);
    if (missing.length > 0 || wrongSize.length > 0) return rollBackWith<ManifestPutOutcome>({ outcome: 'refused', missing, wrongSize });
    const contentId = await placeContent(transaction, put);
    const manifestId = await placeManifest(transaction, { put, repository, contentId, resolved });
    await moveTags(transaction, { repositoryId: repository.id, tags: put.tags, manifestId, digest: put.digest, actor: put.actor });
    await takeOut(transaction, { repositoryId: repository.id, digest: put.digest, tags: put.tags });
    await recordPush(transaction, repository, put);
    return { outcome: 'stored' };
  });
}

/** The bytes, once for all repositories. The row stays locked, so that a removal elsewhere cannot take it away. */
async function placeContent(transaction: Knex, put: ManifestPut): Promise<number> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const rows = await rowsOf<{ id: number }>(
      transaction,
      `with there as (select id from manifest_contents where digest = ? for key share),
       added as (
         insert into manifest_contents (digest, bytes) select ?, ?::bytea where not exists (select 1 from there)
         on conflict (digest) do nothing returning id)
       select id from there union all select id from added`,
      [put.digest, put.digest, put.bytes],
    );
    if (rows[0] !== undefined) return rows[0].id;
  }
  throw new Error(`The content row of manifest ${put.digest} kept changing; the manifest was not stored. Try again.`);
}

interface ManifestPlacement {
  readonly put: ManifestPut;
  readonly repository: RepositoryRow;
  readonly contentId: number;
  readonly resolved: readonly ResolvedReference[];
}

interface PlacedManifest {
  readonly id: number;
  readonly added: boolean;
  /** Pushed before as another media type, or with references that were absent. */
  readonly stale: boolean;
}

async function placeManifest(transaction: Knex, placement: ManifestPlacement): Promise<number> {
  const { put, repository, resolved } = placement;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const placed = await lockOrInsertManifest(transaction, placement);
    if (placed === undefined) continue;
    const references = { manifestId: placed.id, repositoryId: repository.id, resolved, digest: put.digest };
    if (placed.added) await insertReferences(transaction, references);
    else if (placed.stale) await renewManifest(transaction, references, put);
    else await rowsOf(transaction, 'update manifests set pushed_at = now() where id = ?', [placed.id]);
    return placed.id;
  }
  throw new Error(`The row of manifest ${put.digest} kept changing; the manifest was not stored. Try again.`);
}

/** undefined when another transaction inserted or removed it in this moment: the next look has the answer. */
async function lockOrInsertManifest(
  transaction: Knex,
  { put, repository, contentId }: ManifestPlacement,
): Promise<PlacedManifest | undefined> {
  const rows = await rowsOf<PlacedManifest>(
    transaction,
    `with there as (
       select id, media_type <> ? or exists (select 1 from manifest_references f where f.manifest_id = m.id and f.digest is not null) as stale
       from manifests m where repository_id = ? and digest = ? for no key update),
     added as (
       insert into manifests (repository_id, content_id, digest, size, pushed_by, media_type, artifact_type, subject_digest, annotations)
       select ?::bigint, ?::bigint, ?, ?::integer, ?, ?, ?, ?, ? where not exists (select 1 from there)
       on conflict (repository_id, digest) do nothing returning id)
     select id, false as added, stale from there union all select id, true, false from added`,
    [
      put.manifest.mediaType,
      repository.id,
      put.digest,
      repository.id,
      contentId,
      put.digest,
      put.bytes.length,
      put.actor,
      ...parsedColumns(put),
    ],
  );
  return rows[0];
}

/** The same bytes pushed again, with something new to tell. */
async function renewManifest(transaction: Knex, references: NewReferences, put: ManifestPut): Promise<void> {
  await rowsOf(
    transaction,
    'update manifests set media_type = ?, artifact_type = ?, subject_digest = ?, annotations = ?, pushed_at = now() where id = ?',
    [...parsedColumns(put), references.manifestId],
  );
  await rowsOf(transaction, 'delete from manifest_references where manifest_id = ?', [references.manifestId]);
  await insertReferences(transaction, references);
}

/** media_type, artifact_type, subject_digest, annotations. The annotations are text: jsonb refuses a NUL that JSON allows. */
function parsedColumns({ manifest }: ManifestPut): unknown[] {
  const annotations = Object.keys(manifest.annotations).length === 0 ? null : JSON.stringify(manifest.annotations);
  return [manifest.mediaType, manifest.artifactType ?? null, manifest.subject?.digest ?? null, annotations];
}

async function recordPush(transaction: Knex, repository: RepositoryRow, put: ManifestPut): Promise<void> {
  await rowsOf(
    transaction,
    `insert into events (kind, project_id, repository_id, digest, tag, actor)
     select 'manifest pushed', ?, ?, ?, tag, ? from unnest(?::text[]) as tag`,
    [repository.project_id, repository.id, put.digest, put.actor, put.tags.length > 0 ? put.tags : [null]],
  );
}
