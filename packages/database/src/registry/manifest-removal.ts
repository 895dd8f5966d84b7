import type { Digest, RepositoryName, Tag } from '@berth/oci';
import type { ActorKey } from '@berth/registry';
import type { Knex } from 'knex';
import { inTransaction, rowsOf } from '../transactions.ts';
import { refuseImmutable } from './immutable-check.ts';
import { refusePinned } from './pinned-check.ts';
import { lockRepository, type RepositoryRow } from './repository-rows.ts';
import { trashManifest, trashTag } from './trash-entries.ts';

type Removed = 'removed' | 'absent' | 'in use';

export interface ManifestRemoval {
  readonly repository: RepositoryName;
  readonly digest: Digest;
  readonly actor: ActorKey;
}

/**
 * Removes a manifest with its tags and references. Its blobs stay linked: collection takes what nothing uses any more. The locks come in
 * the order of a PUT: content, manifest, tags.
 */
export async function removeManifest(knex: Knex, removal: ManifestRemoval): Promise<Removed> {
  return inTransaction(knex, async (transaction) => {
    const repository = await lockRepository(transaction, removal.repository);
    if (repository === undefined) return 'absent';
    const contents = await rowsOf<{ id: number }>(transaction, 'select id from manifest_contents where digest = ? for update', [
      removal.digest,
    ]);
    const manifests = await rowsOf<{ id: number }>(
      transaction,
      'select id from manifests where repository_id = ? and digest = ? for update',
      [repository.id, removal.digest],
    );
    const [content, manifest] = [contents[0], manifests[0]];
    if (content === undefined || manifest === undefined) return 'absent';
    if (await isChild(transaction, { repositoryId: repository.id, manifestId: manifest.id, digest: removal.digest })) return 'in use';
    await dropManifest(transaction, { contentId: content.id, manifestId: manifest.id, repository, removal });
    return 'removed';
  });
}

interface LockedManifest {
  readonly contentId: number;
  readonly manifestId: number;
  readonly repository: RepositoryRow;
  readonly removal: Omit<ManifestRemoval, 'repository'>;
}

/** Into the trash and out of the repository. Content and manifest are locked. Throws ManifestPinnedError and ImmutableTagError. */
export async function dropManifest(transaction: Knex, { contentId, manifestId, repository, removal }: LockedManifest): Promise<void> {
  await refusePinned(transaction, manifestId);
  const tags = await removeTagsOf(transaction, { manifestId, repository, removal });
  await trashManifest(transaction, { repositoryId: repository.id, manifestId, tags, actor: removal.actor });
  await eraseManifest(transaction, { contentId, manifestId });
  await recordEvent(transaction, { kind: 'manifest deleted', repository, digest: removal.digest, tag: null, actor: removal.actor });
}

export async function eraseManifest(
  transaction: Knex,
  { contentId, manifestId }: { contentId: number; manifestId: number },
): Promise<void> {
  await rowsOf(transaction, 'delete from manifests where id = ?', [manifestId]);
  await rowsOf(
    transaction,
    `delete from manifest_contents c where id = ? and not exists (select 1 from manifests m where m.content_id = c.id)
       and not exists (select 1 from trash_contents t where t.content_id = c.id)`,
    [contentId],
  );
}

/** Asked after the lock: a PUT of an index that came first is seen, one that comes later does not find the manifest. */
export async function isChild(transaction: Knex, child: { repositoryId: number; manifestId: number; digest: Digest }): Promise<boolean> {
  const rows = await rowsOf<{ used: boolean }>(
    transaction,
    `select exists (select 1 from manifest_references where repository_id = ? and child_id = ?)
         or exists (select 1 from manifest_references where repository_id = ? and digest = ?) as used`,
    [child.repositoryId, child.manifestId, child.repositoryId, child.digest],
  );
  return rows[0]?.used === true;
}

async function removeTagsOf(
  transaction: Knex,
  { manifestId, repository, removal }: Omit<LockedManifest, 'contentId'>,
): Promise<readonly Tag[]> {
  const tags = await rowsOf<{ name: Tag }>(
    transaction,
    'select name from tags where repository_id = ? and manifest_id = ? order by name for update',
    [repository.id, manifestId],
  );
  const names = tags.map(({ name }) => name);
  if (names.length === 0) return names;
  await refuseImmutable(transaction, repository.id, names);
  await rowsOf(
    transaction,
    `with gone as (delete from tags where repository_id = ? and manifest_id = ? and name = any(?::text[]) returning name)
     insert into tag_history (repository_id, tag, previous_digest, actor) select ?, name, ?, ? from gone`,
    [repository.id, manifestId, names, repository.id, removal.digest, removal.actor],
  );
  return names;
}

export interface TagRemoval {
  readonly repository: RepositoryName;
  readonly tag: Tag;
  readonly actor: ActorKey;
}

/** Removes only the tag (law 8). False when it is not there. */
export async function removeTag(knex: Knex, { repository: name, tag, actor }: TagRemoval): Promise<boolean> {
  return inTransaction(knex, async (transaction) => {
    const repository = await lockRepository(transaction, name);
    if (repository === undefined) return false;
    await refuseImmutable(transaction, repository.id, [tag]);
    const gone = await rowsOf<{ manifest_id: number }>(
      transaction,
      'delete from tags where repository_id = ? and name = ? returning manifest_id',
      [repository.id, tag],
    );
    if (gone[0] === undefined) return false;
    const history = await rowsOf<{ previous_digest: Digest }>(
      transaction,
      `insert into tag_history (repository_id, tag, previous_digest, actor)
       select ?, ?, digest, ? from manifests where id = ? returning previous_digest`,
      [repository.id, tag, actor, gone[0].manifest_id],
    );
    const digest = history[0]?.previous_digest;
    if (digest !== undefined) await trashTag(transaction, { repositoryId: repository.id, tag, digest, actor });
    await recordEvent(transaction, { kind: 'tag deleted', repository, digest: digest ?? null, tag, actor });
    return true;
  });
}

interface RegistryEvent {
  readonly kind: 'manifest deleted' | 'tag created' | 'tag deleted' | 'tag moved' | 'repository deleted';
  readonly repository: RepositoryRow;
  readonly digest: Digest | null;
  readonly tag: Tag | null;
  readonly actor: ActorKey;
}

export async function recordEvent(transaction: Knex, event: RegistryEvent): Promise<void> {
  await rowsOf(transaction, 'insert into events (kind, project_id, repository_id, digest, tag, actor) values (?, ?, ?, ?, ?, ?)', [
    event.kind,
    event.repository.project_id,
    event.repository.id,
    event.digest,
    event.tag,
    event.actor,
  ]);
}
