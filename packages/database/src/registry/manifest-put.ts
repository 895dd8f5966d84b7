import type { ManifestPut, ManifestPutOutcome } from '@berth/registry';
import type { Knex } from 'knex';
import { inTransaction, rollBackWith, rowsOf } from '../transactions.ts';
import { insertReferences, type ResolvedReference, resolveReferences, settleUnresolved } from './manifest-references.ts';
import { lockOrCreateRepository, type RepositoryRow } from './repository-rows.ts';
import { moveTags } from './tag-moves.ts';

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
    await recordPush(transaction, repository, put);
    return { outcome: 'stored' };
  });
}

/** The bytes, once for all repositories. The row stays locked, so that a removal elsewhere cannot take it away. */
async function placeContent(transaction: Knex, put: ManifestPut): Promise<number> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const there = await rowsOf<{ id: number }>(transaction, 'select id from manifest_contents where digest = ? for key share', [
      put.digest,
    ]);
    if (there[0] !== undefined) return there[0].id;
    const inserted = await rowsOf<{ id: number }>(
      transaction,
      'insert into manifest_contents (digest, bytes) values (?, ?) on conflict (digest) do nothing returning id',
      [put.digest, put.bytes],
    );
    if (inserted[0] !== undefined) return inserted[0].id;
  }
  throw new Error(`The content row of manifest ${put.digest} kept changing; the manifest was not stored. Try again.`);
}

interface ManifestPlacement {
  readonly put: ManifestPut;
  readonly repository: RepositoryRow;
  readonly contentId: number;
  readonly resolved: readonly ResolvedReference[];
}

async function placeManifest(transaction: Knex, placement: ManifestPlacement): Promise<number> {
  const { put, repository, resolved } = placement;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const inserted = await insertManifest(transaction, placement);
    if (inserted !== undefined) {
      await insertReferences(transaction, { manifestId: inserted, repositoryId: repository.id, resolved });
      await settleUnresolved(transaction, { manifestId: inserted, repositoryId: repository.id, digest: put.digest });
      return inserted;
    }
    const there = await rowsOf<{ id: number }>(
      transaction,
      'select id from manifests where repository_id = ? and digest = ? for no key update',
      [repository.id, put.digest],
    );
    if (there[0] === undefined) continue;
    await renewManifest(transaction, there[0].id, placement);
    return there[0].id;
  }
  throw new Error(`The row of manifest ${put.digest} kept changing; the manifest was not stored. Try again.`);
}

async function insertManifest(transaction: Knex, { put, repository, contentId }: ManifestPlacement): Promise<number | undefined> {
  const rows = await rowsOf<{ id: number }>(
    transaction,
    `insert into manifests (repository_id, content_id, digest, size, pushed_by, media_type, artifact_type, subject_digest, annotations)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (repository_id, digest) do nothing returning id`,
    [repository.id, contentId, put.digest, put.bytes.length, put.actor, ...parsedColumns(put)],
  );
  return rows[0]?.id;
}

/**
 * The same bytes pushed again. They are read anew only when that could tell something new: another media type, or a reference that was
 * absent last time.
 */
async function renewManifest(transaction: Knex, manifestId: number, { put, repository, resolved }: ManifestPlacement): Promise<void> {
  const stale = await rowsOf<{ stale: boolean }>(
    transaction,
    `select media_type <> ? or exists (select 1 from manifest_references where manifest_id = m.id and digest is not null) as stale
     from manifests m where id = ?`,
    [put.manifest.mediaType, manifestId],
  );
  if (stale[0]?.stale !== true) {
    await rowsOf(transaction, 'update manifests set pushed_at = now() where id = ?', [manifestId]);
    return;
  }
  await rowsOf(
    transaction,
    'update manifests set media_type = ?, artifact_type = ?, subject_digest = ?, annotations = ?, pushed_at = now() where id = ?',
    [...parsedColumns(put), manifestId],
  );
  await rowsOf(transaction, 'delete from manifest_references where manifest_id = ?', [manifestId]);
  await insertReferences(transaction, { manifestId, repositoryId: repository.id, resolved });
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
