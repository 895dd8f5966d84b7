import type { Digest, RepositoryName, Tag } from '@berth/oci';
import type { ActorKey, HeldManifest, Trash, TrashEntry, TrashKind, TrashQuery } from '@berth/registry';
import type { Knex } from 'knex';
import { containsPattern, isSearchable } from '../access/name-keys.ts';
import { linkSql } from '../registry/blob-links.ts';
import { lockOrCreateRepository } from '../registry/repository-rows.ts';
import { inTransaction, rowsOf } from '../transactions.ts';
import { actorName } from './actor-names.ts';
import { inOrder, readKeys } from './key-page.ts';
import { purgeEntry } from './trash-purge.ts';

interface TrashRow {
  readonly id: number;
  readonly kind: TrashKind;
  readonly project_id: number;
  readonly project_name: string;
  readonly repository_id: number | null;
  readonly name: string;
  readonly tag: Tag | null;
  readonly digest: Digest | null;
  readonly tags: Tag[];
  readonly size: number;
  readonly deleted_by: ActorKey;
  readonly deleted_by_name: string;
  readonly deleted_at: Date;
  readonly expires_at: Date;
}

/** An entry is gone for readers as soon as its time is over; the job removes it a little later. */
const LIVE = 't.expires_at > now()';
const SELECT = `select t.*, p.name as project_name, ${actorName('t.deleted_by')} as deleted_by_name
from trash t join projects p on p.id = t.project_id`;

export function createTrash(knex: Knex): Trash {
  return {
    list: (query) => list(knex, query),

    async find(id, projectId) {
      const rows = await rowsOf<TrashRow>(
        knex,
        `${SELECT} where t.id = ? and ${LIVE} and t.project_id = coalesce(?::bigint, t.project_id)`,
        [id, projectId ?? null],
      );
      return rows[0] && entryOf(rows[0]);
    },

    async findArtifact(repositoryId, digest) {
      const rows = await rowsOf<TrashRow>(
        knex,
        `${SELECT} where t.repository_id = ? and t.digest = ? and t.kind = 'artifact' and ${LIVE} order by t.id desc limit 1`,
        [repositoryId, digest],
      );
      return rows[0] && entryOf(rows[0]);
    },

    async companions(id) {
      // One transaction has one now().
      const rows = await rowsOf<{ id: number }>(
        knex,
        `select o.id from trash t join trash o on o.repository_id = t.repository_id and o.deleted_at = t.deleted_at and o.kind = 'artifact'
         where t.id = ? and t.kind = 'artifact' order by o.id limit 100`,
        [id],
      );
      return rows.map((row) => row.id);
    },

    openArtifact: (id, repository) => openArtifact(knex, id, repository),

    async relabel(repository, digest, labelIds) {
      await rowsOf(
        knex,
        `insert into manifest_labels (manifest_id, label_id)
         select m.id, l.id from repositories r join manifests m on m.repository_id = r.id and m.digest = ?
         join labels l on l.id = any(?::bigint[])
         where r.name = ? and r.deleted_at is null on conflict do nothing`,
        [digest, labelIds, repository],
      );
    },

    async drop(id) {
      await rowsOf(knex, 'delete from trash where id = ?', [id]);
    },

    restoreRepository: (id) => restoreRepository(knex, id),
    restoreProject: (id) => restoreProject(knex, id),
    purge: (id, stopping) => purgeEntry(knex, id, { stopping }),

    async expired(limit) {
      const rows = await rowsOf<{ id: number }>(knex, 'select id from trash where expires_at <= now() order by expires_at limit ?', [
        limit,
      ]);
      return rows.map(({ id }) => id);
    },
  };
}

async function list(knex: Knex, query: TrashQuery): Promise<{ items: readonly TrashEntry[]; total: number }> {
  if (!isSearchable(query.namePart)) return { items: [], total: 0 };
  const conditions = [LIVE];
  const bindings: unknown[] = [];
  const add = (condition: string, ...values: unknown[]): void => {
    conditions.push(condition);
    bindings.push(...values);
  };
  if (query.projectId !== undefined) add('t.project_id = ?', query.projectId);
  if (query.kind !== undefined) add('t.kind = ?', query.kind);
  if (query.namePart !== undefined) add('t.name like ?', containsPattern(query.namePart));
  const { keys, total } = await readKeys<number>(
    knex,
    {
      key: 't.id',
      from: `trash t where ${conditions.join(' and ')}`,
      bindings,
      sortable: { id: 't.id', deletedAt: 't.deleted_at', expiresAt: 't.expires_at', size: 't.size', name: 't.name' },
      defaultSort: [{ field: 'id', descending: true }],
      tieBreak: 't.id',
    },
    query,
  );
  if (keys.length === 0) return { items: [], total };
  const rows = await rowsOf<TrashRow>(knex, `${SELECT} where t.id = any(?::bigint[])`, [keys]);
  return { items: inOrder(keys, new Map(rows.map((row) => [row.id, entryOf(row)]))), total };
}

/** The entry is locked, so that no purge takes the blobs before they are linked; from then on the leases protect them. */
async function openArtifact(knex: Knex, id: number, name: RepositoryName): Promise<readonly HeldManifest[] | undefined> {
  return inTransaction(knex, async (transaction) => {
    const repository = await lockOrCreateRepository(transaction, name);
    const entries = await rowsOf(transaction, `select 1 from trash where id = ? and kind = 'artifact' for update`, [id]);
    if (entries.length === 0) return undefined;
    await rowsOf(
      transaction,
      `with held as (
         select b.id from trash_blobs t join blobs b on b.id = t.blob_id where t.trash_id = ? order by b.digest for key share of b),
       place as (select ?::bigint as id)
       ${linkSql('place.id', 'held.id', 'place, held')}`,
      [id, repository.id],
    );
    const rows = await rowsOf<{ digest: Digest; media_type: string; bytes: Buffer; label_ids: number[] }>(
      transaction,
      `select c.digest, t.media_type, c.bytes, t.label_ids from trash_contents t join manifest_contents c on c.id = t.content_id
       where t.trash_id = ? order by t.position`,
      [id],
    );
    return rows.map((row) => ({ digest: row.digest, mediaType: row.media_type, bytes: row.bytes, labelIds: row.label_ids.map(Number) }));
  });
}

/** An empty repository of the name, such as an upload makes, gives way. */
async function restoreRepository(knex: Knex, id: number): Promise<'restored' | 'gone' | 'taken'> {
  return inTransaction(knex, async (transaction) => {
    const entries = await rowsOf<{ repository_id: number; name: string }>(
      transaction,
      `select t.repository_id, t.name from trash t join projects p on p.id = t.project_id
       where t.id = ? and t.kind = 'repository' and ${LIVE} and p.deleted_at is null for update of t for key share of p`,
      [id],
    );
    const entry = entries[0];
    if (entry === undefined) return 'gone';
    const living = await rowsOf<{ id: number }>(
      transaction,
      'select id from repositories where name = ? and deleted_at is null for update',
      [entry.name],
    );
    if (living[0] !== undefined) {
      const filled = await rowsOf(transaction, 'select 1 from manifests where repository_id = ? limit 1', [living[0].id]);
      if (filled.length > 0) return 'taken';
      await rowsOf(transaction, 'delete from repository_blobs where repository_id = ?', [living[0].id]);
      await rowsOf(transaction, 'update repositories set deleted_at = now() where id = ?', [living[0].id]);
    }
    await rowsOf(transaction, 'update repositories set deleted_at = null where id = ?', [entry.repository_id]);
    await rowsOf(transaction, 'delete from trash where id = ?', [id]);
    return 'restored';
  });
}

async function restoreProject(knex: Knex, id: number): Promise<'restored' | 'gone' | 'taken'> {
  return inTransaction(knex, async (transaction) => {
    const entries = await rowsOf<{ project_id: number }>(
      transaction,
      `select project_id from trash where id = ? and kind = 'project' for update`,
      [id],
    );
    const entry = entries[0];
    if (entry === undefined) return 'gone';
    const restored = await rowsOf(
      transaction,
      `update projects p set deleted_at = null, updated_at = now() where p.id = ?
         and not exists (select 1 from projects o where o.name = p.name and o.deleted_at is null) returning 1`,
      [entry.project_id],
    );
    if (restored.length === 0) return 'taken';
    await rowsOf(transaction, 'delete from trash where id = ?', [id]);
    return 'restored';
  });
}

function entryOf(row: TrashRow): TrashEntry {
  return {
    id: row.id,
    kind: row.kind,
    projectId: row.project_id,
    projectName: row.project_name,
    repositoryId: row.repository_id ?? undefined,
    name: row.name,
    tag: row.tag ?? undefined,
    digest: row.digest ?? undefined,
    tags: row.tags,
    size: row.size,
    deletedBy: row.deleted_by,
    deletedByName: row.deleted_by_name,
    deletedAt: row.deleted_at,
    expiresAt: row.expires_at,
  };
}
