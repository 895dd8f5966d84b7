import type { Digest } from '@berth/oci';
import type { Knex } from 'knex';
import { dropManifest, eraseManifest, isChild, type ManifestRemoval } from '../registry/manifest-removal.ts';
import { isPinned, PINNED } from '../registry/pinned-check.ts';
import { lockRepository, type RepositoryRow } from '../registry/repository-rows.ts';
import { inTransaction, plannedRowsOf, rowsOf } from '../transactions.ts';
import { FAMILY } from './family.ts';

interface Member {
  readonly id: number;
  readonly content_id: number;
  readonly digest: Digest;
  /** Reached by references of indexes alone. */
  readonly is_child: boolean;
}

export interface ArtifactRemoval extends ManifestRemoval {
  /** Asked once everything is locked; false leaves all as it is. */
  readonly unchanged?: (transaction: Knex, manifestId: number) => Promise<boolean>;
}

/**
 * An artifact as people see it: the manifest, its accessories, and the children that were only there for it. Manifest and accessories get
 * entries of their own in the trash, so that each can come back; the children are part of the manifest's. All contents are locked first, in
 * digest order, then all manifests.
 */
export function deleteArtifact(knex: Knex, removal: ManifestRemoval): Promise<'removed' | 'absent' | 'in use'>;
export function deleteArtifact(knex: Knex, removal: ArtifactRemoval): Promise<'removed' | 'absent' | 'in use' | 'changed'>;
export async function deleteArtifact(knex: Knex, removal: ArtifactRemoval): Promise<'removed' | 'absent' | 'in use' | 'changed'> {
  return inTransaction(knex, async (transaction) => {
    const repository = await lockRepository(transaction, removal.repository);
    if (repository === undefined) return 'absent';
    const members = await lockFamily(transaction, repository, removal.digest);
    const root = members.find(({ digest }) => digest === removal.digest);
    if (root === undefined) return 'absent';
    if (removal.unchanged !== undefined && !(await removal.unchanged(transaction, root.id))) return 'changed';
    if (await isChild(transaction, { repositoryId: repository.id, manifestId: root.id, digest: removal.digest })) return 'in use';
    await drop(transaction, { repository, member: root, removal });
    // Accessories fall with their subject; one that an index lists or a pin keeps stays.
    for (const member of members) {
      if (member === root || member.is_child) continue;
      if (await isChild(transaction, { repositoryId: repository.id, manifestId: member.id, digest: member.digest })) continue;
      if (await isPinned(transaction, member.id)) continue;
      await drop(transaction, { repository, member, removal });
    }
    await eraseOrphans(
      transaction,
      members.filter((member) => member.is_child),
    );
    return 'removed';
  });
}

async function drop(transaction: Knex, what: { repository: RepositoryRow; member: Member; removal: ManifestRemoval }): Promise<void> {
  const { repository, member, removal } = what;
  await dropManifest(transaction, {
    contentId: member.content_id,
    manifestId: member.id,
    repository,
    removal: { digest: member.digest, actor: removal.actor },
  });
}

async function lockFamily(transaction: Knex, repository: RepositoryRow, digest: Digest): Promise<readonly Member[]> {
  const found = await plannedRowsOf<{ id: number; content_id: number }>(
    transaction,
    `with recursive ${FAMILY} select distinct m.id, m.content_id from family join manifests m on m.id = family.id`,
    [repository.id, digest],
  );
  await rowsOf(transaction, 'select 1 from manifest_contents where id = any(?::bigint[]) order by digest for update', [
    found.map(({ content_id }) => content_id),
  ]);
  // What was removed meanwhile is not found any more; what came meanwhile stays.
  return rowsOf<Member>(
    transaction,
    `select m.id, m.content_id, m.digest, exists (
       select 1 from manifest_references f where f.repository_id = m.repository_id and f.child_id = m.id) as is_child
     from manifests m where m.id = any(?::bigint[]) and m.repository_id = ? order by m.digest for update`,
    [found.map(({ id }) => id), repository.id],
  );
}

/** Children that are untagged and unpinned and that nothing else lists; from the outside in, since an index holds its children. */
async function eraseOrphans(transaction: Knex, children: readonly Member[]): Promise<void> {
  let waiting = children;
  for (;;) {
    const free = await rowsOf<{ id: number }>(
      transaction,
      `select m.id from manifests m where m.id = any(?::bigint[]) and not ${PINNED}
         and not exists (select 1 from tags t where t.repository_id = m.repository_id and t.manifest_id = m.id)
         and not exists (select 1 from manifest_references f where f.repository_id = m.repository_id and f.child_id = m.id)
         and not exists (select 1 from manifests a where a.repository_id = m.repository_id and a.subject_digest = m.digest)`,
      [waiting.map(({ id }) => id)],
    );
    if (free.length === 0) return;
    const ids = new Set(free.map(({ id }) => id));
    for (const child of waiting) {
      if (ids.has(child.id)) await eraseManifest(transaction, { contentId: child.content_id, manifestId: child.id });
    }
    waiting = waiting.filter(({ id }) => !ids.has(id));
  }
}
