import type { Digest } from '@berth/oci';
import type { StorageKey, TrashKind } from '@berth/registry';
import type { Knex } from 'knex';
import { queueDeletion } from '../registry/blob-links.ts';
import { DELETION_DELAY } from '../registry/leases.ts';
import { inTransaction, rowsOf } from '../transactions.ts';

interface Entry {
  readonly kind: TrashKind;
  readonly project_id: number;
  readonly repository_id: number | null;
}

/** Manifests and tags of one transaction. */
const BATCH = 1000;

interface Purge {
  readonly batch?: number;
  /** Looked at between the parts of a large repository, which may take minutes. */
  readonly stopping?: AbortSignal | undefined;
}

/**
 * The entry, and what only it held, in one transaction; a large repository is emptied before. False when it is gone, a restore has it, or it
 * was stopped before: the next purge goes on.
 */
export async function purgeEntry(knex: Knex, id: number, { batch = BATCH, stopping }: Purge = {}): Promise<boolean> {
  await emptyLargeRepository(knex, id, { batch, stopping });
  if (stopping?.aborted === true) return false;
  return inTransaction(knex, async (transaction) => {
    const entries = await rowsOf<Entry>(
      transaction,
      'select kind, project_id, repository_id from trash where id = ? for update skip locked',
      [id],
    );
    const entry = entries[0];
    if (entry === undefined) return false;
    const blobs = await rowsOf<{ id: number }>(transaction, 'select blob_id as id from trash_blobs where trash_id = ?', [id]);
    const contents = await rowsOf<{ id: number }>(transaction, 'select content_id as id from trash_contents where trash_id = ?', [id]);
    await rowsOf(transaction, 'delete from trash where id = ?', [id]);
    await dropBlobs(transaction, idsOf(blobs));
    if (entry.kind === 'repository' && entry.repository_id !== null) {
      await dropContents(transaction, await emptyRepository(transaction, entry.repository_id));
    } else await dropContents(transaction, idsOf(contents));
    if (entry.kind === 'project') await rowsOf(transaction, 'delete from project_members where project_id = ?', [entry.project_id]);
    return true;
  });
}

/** Asked after the locks, in a statement of its own, as everywhere. Those with a link are collection's. */
async function dropBlobs(transaction: Knex, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  await rowsOf(transaction, 'select 1 from blobs where id = any(?::bigint[]) order by digest for update', [ids]);
  const gone = await rowsOf<{ digest: Digest; storage_key: StorageKey; size: number }>(
    transaction,
    `delete from blobs b where b.id = any(?::bigint[])
       and not exists (select 1 from repository_blobs l where l.blob_id = b.id)
       and not exists (select 1 from trash_blobs t where t.blob_id = b.id)
     returning b.digest, b.storage_key, b.size`,
    [ids],
  );
  for (const { digest, storage_key: key, size } of gone) await queueDeletion(transaction, { key, digest, size }, DELETION_DELAY);
}

async function dropContents(transaction: Knex, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  await rowsOf(transaction, 'select 1 from manifest_contents where id = any(?::bigint[]) order by digest for update', [ids]);
  await rowsOf(
    transaction,
    `delete from manifest_contents c where c.id = any(?::bigint[])
       and not exists (select 1 from manifests m where m.content_id = c.id)
       and not exists (select 1 from trash_contents t where t.content_id = c.id)`,
    [ids],
  );
}

/**
 * One statement could not take a million manifests in the time that it has, and would be tried again for ever, before everything that is over
 * later. The entry ends first, so that nobody gets back a part of the repository.
 */
async function emptyLargeRepository(knex: Knex, id: number, { batch, stopping }: Required<Purge>): Promise<void> {
  const ended = await rowsOf<{ repository_id: number }>(
    knex,
    `update trash t set expires_at = least(t.expires_at, now()) where t.id = ? and t.kind = 'repository'
       and (select count(*) from (select 1 from manifests m where m.repository_id = t.repository_id limit ?::bigint + 1) m) > ?::bigint
     returning t.repository_id`,
    [id, batch, batch],
  );
  const repositoryId = ended[0]?.repository_id;
  if (repositoryId === undefined) return;
  for (const drop of [dropTags, dropHistory, dropReferences, dropManifests]) {
    for (let after: number | undefined = 0; after !== undefined; ) {
      if (stopping?.aborted === true) return;
      const from: number = after;
      after = await inTransaction(knex, async (transaction) =>
        (await lockDeleted(transaction, repositoryId)) ? drop(transaction, repositoryId, { after: from, batch }) : undefined,
      );
    }
  }
}

/** Of a deleted repository: where the next part begins; undefined after the last. */
type DropPart = (
  transaction: Knex,
  repositoryId: number,
  part: { readonly after: number; readonly batch: number },
) => Promise<number | undefined>;

const dropTags: DropPart = async (transaction, repositoryId, { batch }) => {
  const gone = await rowsOf(
    transaction,
    `delete from tags where repository_id = ? and name in (select name from tags where repository_id = ? order by name limit ?) returning 1`,
    [repositoryId, repositoryId, batch],
  );
  return gone.length < batch ? undefined : 0;
};

const dropHistory: DropPart = async (transaction, repositoryId, { batch }) => {
  const gone = await rowsOf(
    transaction,
    'delete from tag_history where id in (select id from tag_history where repository_id = ? limit ?) returning 1',
    [repositoryId, batch],
  );
  return gone.length < batch ? undefined : 0;
};

/** Those of all manifests before any manifest, since an index holds its children. */
const dropReferences: DropPart = async (transaction, repositoryId, { after, batch }) => {
  const rows = await rowsOf<{ id: number }>(
    transaction,
    `with here as (select id from manifests where repository_id = ? and id > ?::bigint order by id limit ?),
     dropped as (delete from manifest_references f using here where f.manifest_id = here.id),
     unpinned as (delete from manifest_pins p using here where p.manifest_id = here.id)
     select id from here order by id`,
    [repositoryId, after, batch],
  );
  return rows.length < batch ? undefined : rows.at(-1)?.id;
};

const dropManifests: DropPart = async (transaction, repositoryId, { batch }) => {
  const gone = await rowsOf<{ id: number }>(
    transaction,
    'delete from manifests where id in (select id from manifests where repository_id = ? order by id limit ?) returning content_id as id',
    [repositoryId, batch],
  );
  await dropContents(transaction, idsOf(gone));
  return gone.length < batch ? undefined : 0;
};

async function lockDeleted(transaction: Knex, repositoryId: number): Promise<boolean> {
  const deleted = await rowsOf(transaction, 'select 1 from repositories where id = ? and deleted_at is not null for update', [
    repositoryId,
  ]);
  return deleted.length > 0;
}

/** Its row stays, for what points at it; its links stay for collection, which finds them unused. Answers the contents that it had. */
async function emptyRepository(transaction: Knex, repositoryId: number): Promise<readonly number[]> {
  if (!(await lockDeleted(transaction, repositoryId))) return [];
  await rowsOf(transaction, 'delete from tags where repository_id = ?', [repositoryId]);
  await rowsOf(transaction, 'delete from tag_history where repository_id = ?', [repositoryId]);
  await rowsOf(transaction, 'delete from tag_traffic where repository_id = ?', [repositoryId]);
  // By their manifests: no index has them by the repository alone, and the table is the largest of all.
  await rowsOf(
    transaction,
    'delete from manifest_references where manifest_id = any(array(select id from manifests where repository_id = ?))',
    [repositoryId],
  );
  // Only of a repository that went with its project: by itself one with a pin cannot be deleted.
  await rowsOf(transaction, 'delete from manifest_pins p using manifests m where m.id = p.manifest_id and m.repository_id = ?', [
    repositoryId,
  ]);
  const gone = await rowsOf<{ id: number }>(transaction, 'delete from manifests where repository_id = ? returning content_id as id', [
    repositoryId,
  ]);
  return idsOf(gone);
}

function idsOf(rows: readonly { readonly id: number }[]): readonly number[] {
  return rows.map(({ id }) => id);
}
