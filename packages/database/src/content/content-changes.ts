import type { Digest, Tag } from '@berth/oci';
import type { ActorKey, ContentChanges, FamilyMember, TagChange, TagMoved } from '@berth/registry';
import type { Knex } from 'knex';
import { refuseImmutable } from '../registry/immutable-check.ts';
import { refusePinnedIn } from '../registry/pinned-check.ts';
import { recordEvent } from '../registry/manifest-removal.ts';
import { moveTags } from '../registry/tag-moves.ts';
import { takeOut, trashRepository } from '../registry/trash-entries.ts';
import { inTransaction, plannedRowsOf, rowsOf } from '../transactions.ts';
import { actorName } from './actor-names.ts';
import { deleteArtifact } from './artifact-removal.ts';
import { FAMILY } from './family.ts';

export function createContentChanges(knex: Knex): ContentChanges {
  return {
    async setDescription(repositoryId, description) {
      const rows = await rowsOf(
        knex,
        'update repositories set description = ?, updated_at = now() where id = ? and deleted_at is null returning 1',
        [description, repositoryId],
      );
      return rows.length > 0;
    },

    createTag: (change) =>
      inTransaction(knex, async (transaction) => {
        const there = await rowsOf(transaction, 'select 1 from tags where repository_id = ? and name = ?', [
          change.repositoryId,
          change.tag,
        ]);
        if (there.length > 0) return 'exists';
        return (await pointTag(transaction, change, 'tag created')) ? 'created' : 'absent';
      }),

    moveTag: (change) =>
      inTransaction(knex, async (transaction) => ((await pointTag(transaction, change, 'tag moved')) ? 'moved' : 'absent')),

    tagHistory: (repositoryId, tag, page) => tagHistory(knex, { repositoryId, tag }, page),

    async wasAt(repositoryId, tag, digest) {
      const rows = await rowsOf(knex, 'select 1 from tag_history where repository_id = ? and tag = ? and digest = ? limit 1', [
        repositoryId,
        tag,
        digest,
      ]);
      return rows.length > 0;
    },

    family: (repositoryId, digest, limit) => family(knex, { repositoryId, digest }, limit),

    deleteRepository: (repositoryId, actor) =>
      inTransaction(knex, async (transaction) => {
        const rows = await rowsOf<{ id: number; project_id: number }>(
          transaction,
          'select id, project_id from repositories where id = ? and deleted_at is null for update',
          [repositoryId],
        );
        if (rows[0] === undefined) return false;
        const tags = await rowsOf<{ name: Tag }>(transaction, 'select name from tags where repository_id = ?', [repositoryId]);
        await refuseImmutable(
          transaction,
          repositoryId,
          tags.map(({ name }) => name),
        );
        await refusePinnedIn(transaction, repositoryId);
        await rowsOf(transaction, 'update repositories set deleted_at = now() where id = ?', [repositoryId]);
        await trashRepository(transaction, repositoryId, actor);
        await recordEvent(transaction, { kind: 'repository deleted', repository: rows[0], digest: null, tag: null, actor });
        return true;
      }),

    deleteArtifact: (repository, digest, actor) => deleteArtifact(knex, { repository, digest, actor }),
  };
}

/** False when the repository or the manifest is not there. */
async function pointTag(transaction: Knex, change: TagChange, kind: 'tag created' | 'tag moved'): Promise<boolean> {
  const repositories = await rowsOf<{ id: number; project_id: number }>(
    transaction,
    'select id, project_id from repositories where id = ? and deleted_at is null for key share',
    [change.repositoryId],
  );
  const manifests = await rowsOf<{ id: number }>(
    transaction,
    'select id from manifests where repository_id = ? and digest = ? for key share',
    [change.repositoryId, change.digest],
  );
  const [repository, manifest] = [repositories[0], manifests[0]];
  if (repository === undefined || manifest === undefined) return false;
  const { tag, digest, actor } = change;
  await moveTags(transaction, { repositoryId: repository.id, tags: [tag], manifestId: manifest.id, digest, actor });
  await takeOut(transaction, { repositoryId: repository.id, digest, tags: [tag] });
  await recordEvent(transaction, { kind, repository, digest, tag, actor });
  return true;
}

interface MoveRow {
  readonly id: number;
  readonly tag: Tag;
  readonly digest: Digest | null;
  readonly previous_digest: Digest | null;
  readonly actor: ActorKey;
  readonly actor_name: string;
  readonly moved_at: Date;
  readonly available: boolean;
}

async function tagHistory(
  knex: Knex,
  { repositoryId, tag }: { repositoryId: number; tag: Tag },
  { page, pageSize }: { page: number; pageSize: number },
): Promise<{ items: readonly TagMoved[]; total: number }> {
  const [rows, totals] = await Promise.all([
    plannedRowsOf<MoveRow>(
      knex,
      `select h.id, h.tag, h.digest, h.previous_digest, h.actor, ${actorName('h.actor')} as actor_name, h.moved_at,
         exists (select 1 from manifests m where m.repository_id = h.repository_id and m.digest = h.digest) as available
       from tag_history h where h.repository_id = ? and h.tag = ? order by h.id desc limit ? offset ?`,
      [repositoryId, tag, pageSize, (page - 1) * pageSize],
    ),
    plannedRowsOf<{ total: number }>(knex, 'select count(*) as total from tag_history where repository_id = ? and tag = ?', [
      repositoryId,
      tag,
    ]),
  ]);
  return {
    items: rows.map((row) => ({
      id: row.id,
      tag: row.tag,
      digest: row.digest ?? undefined,
      previousDigest: row.previous_digest ?? undefined,
      actor: row.actor,
      actorName: row.actor_name,
      movedAt: row.moved_at,
      available: row.available,
    })),
    total: totals[0]?.total ?? 0,
  };
}

interface FamilyRow {
  readonly digest: Digest;
  readonly media_type: string;
  readonly content_id: number;
  readonly blobs: Digest[];
  readonly tags: Tag[];
}

async function family(
  knex: Knex,
  { repositoryId, digest }: { repositoryId: number; digest: Digest },
  limit: number,
): Promise<readonly FamilyMember[] | undefined> {
  const rows = await plannedRowsOf<FamilyRow>(
    knex,
    `with recursive ${FAMILY}
     select m.digest, m.media_type, m.content_id,
       array(select distinct b.digest from manifest_references f join blobs b on b.id = f.blob_id where f.manifest_id = m.id) as blobs,
       array(select t.name from tags t where t.repository_id = m.repository_id and t.manifest_id = m.id
             and (m.digest = ? or t.accessory_of is not null) order by t.name limit 100) as tags
     from (select id, max(level) as level from family group by id) found join manifests m on m.id = found.id
     order by found.level desc, m.id limit ?`,
    [repositoryId, digest, digest, limit + 1],
  );
  if (rows.length > limit) return undefined;
  return rows.map((row) => ({
    digest: row.digest,
    mediaType: row.media_type,
    contentId: row.content_id,
    blobs: row.blobs,
    tags: row.tags,
  }));
}
