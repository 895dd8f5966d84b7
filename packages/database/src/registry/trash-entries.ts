import type { Digest, Tag } from '@berth/oci';
import type { ActorKey } from '@berth/registry';
import type { Knex } from 'knex';
import { totalSize } from '../content/artifact-sql.ts';
import { rowsOf } from '../transactions.ts';

/** When the trash lets go, by the setting; with 0 days nothing is kept. */
const DAYS = `coalesce((select (value->>'trash_retention_days')::integer from settings where name = 'system'), 7)`;
const EXPIRES = `now() + make_interval(days => ${DAYS})`;
/** Indexes of indexes, at most so deep. */
const MAX_LEVELS = 8;

export interface TrashedManifest {
  readonly repositoryId: number;
  readonly manifestId: number;
  readonly tags: readonly Tag[];
  readonly actor: ActorKey;
}

/**
 * Puts a manifest that is about to be removed into the trash: the bytes of it and of its children, and every blob that they need. The
 * caller has locked it. The foreign keys of the entry lock what it holds against removal.
 */
export async function trashManifest(transaction: Knex, { repositoryId, manifestId, tags, actor }: TrashedManifest): Promise<void> {
  await rowsOf(
    transaction,
    `with recursive tree (id, level) as (
       select ?::bigint, 0
       union
       select f.child_id, t.level + 1 from tree t join manifest_references f on f.manifest_id = t.id
       where f.child_id is not null and t.level < ${MAX_LEVELS}),
     entry as (
       insert into trash (kind, project_id, repository_id, name, digest, tags, size, deleted_by, expires_at)
       select 'artifact', r.project_id, r.id, r.name, m.digest, ?::text[], ${totalSize('m')}, ?, ${EXPIRES}
       from manifests m join repositories r on r.id = m.repository_id
       where m.id = ? and m.repository_id = ? and ${DAYS} > 0 returning id),
     members as (select id, max(level) as level from tree group by id),
     kept as (
       insert into trash_contents (trash_id, position, content_id, media_type, label_ids)
       select e.id, row_number() over (order by t.level desc, m.id), m.content_id, m.media_type,
         array(select l.label_id from manifest_labels l where l.manifest_id = m.id order by l.label_id)
       from entry e, members t join manifests m on m.id = t.id),
     held as (
       insert into trash_blobs (trash_id, blob_id)
       select distinct e.id, f.blob_id from entry e, members t join manifest_references f on f.manifest_id = t.id
       where f.blob_id is not null order by 2)
     select 1`,
    [manifestId, tags, actor, manifestId, repositoryId],
  );
}

export async function trashTag(
  transaction: Knex,
  gone: { readonly repositoryId: number; readonly tag: Tag; readonly digest: Digest; readonly actor: ActorKey },
): Promise<void> {
  await rowsOf(
    transaction,
    `insert into trash (kind, project_id, repository_id, name, tag, digest, deleted_by, expires_at)
     select 'tag', r.project_id, r.id, r.name, ?, ?, ?, ${EXPIRES} from repositories r where r.id = ? and ${DAYS} > 0`,
    [gone.tag, gone.digest, gone.actor, gone.repositoryId],
  );
}

export async function trashRepository(transaction: Knex, repositoryId: number, actor: ActorKey): Promise<void> {
  await rowsOf(
    transaction,
    `insert into trash (kind, project_id, repository_id, name, size, deleted_by, expires_at)
     select 'repository', r.project_id, r.id, r.name,
       (select coalesce(sum(b.size), 0)::bigint from repository_blobs l join blobs b on b.id = l.blob_id where l.repository_id = r.id), ?, ${EXPIRES}
     from repositories r where r.id = ?`,
    [actor, repositoryId],
  );
}

export async function trashProject(transaction: Knex, projectId: number, actor: string): Promise<void> {
  await rowsOf(
    transaction,
    `insert into trash (kind, project_id, name, deleted_by, expires_at) select 'project', id, name, ?, ${EXPIRES} from projects where id = ?`,
    [actor, projectId],
  );
}

/** Pushing the same again takes it out of the trash (law 8). */
export async function takeOut(
  transaction: Knex,
  pushed: { readonly repositoryId: number; readonly digest: Digest; readonly tags: readonly Tag[] },
): Promise<void> {
  await rowsOf(
    transaction,
    `delete from trash where repository_id = ? and digest = ? and (kind = 'artifact' or (kind = 'tag' and tag = any(?::text[])))`,
    [pushed.repositoryId, pushed.digest, pushed.tags],
  );
}
