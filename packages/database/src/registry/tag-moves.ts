import type { Digest, Tag } from '@berth/oci';
import type { ActorKey } from '@berth/registry';
import type { Knex } from 'knex';
import { rowsOf } from '../transactions.ts';
import { refuseImmutable } from './immutable-check.ts';

export interface TagMove {
  readonly repositoryId: number;
  readonly tags: readonly Tag[];
  readonly manifestId: number;
  readonly digest: Digest;
  readonly actor: ActorKey;
}

const MAX_ATTEMPTS = 8;

/**
 * Points tags at a manifest and keeps every move in the history. Concurrent moves of one tag queue on its row: each takes effect, the last
 * commit wins (law 8). New tags are inserted first and existing ones locked after, both in byte order, so that no two moves wait for each other.
 */
export async function moveTags(transaction: Knex, move: TagMove): Promise<void> {
  let waiting = [...new Set(move.tags)].sort();
  for (let attempt = 1; waiting.length > 0; attempt += 1) {
    if (attempt > MAX_ATTEMPTS) throw new Error('A tag kept appearing and disappearing; the manifest was not stored. Try again.');
    for (const act of [insertTags, updateTags]) {
      const done = new Set(waiting.length === 0 ? [] : await act(transaction, move, waiting));
      waiting = waiting.filter((tag) => !done.has(tag));
    }
  }
}

async function insertTags(transaction: Knex, move: TagMove, tags: readonly Tag[]): Promise<Tag[]> {
  const rows = await rowsOf<{ name: Tag }>(
    transaction,
    `with created as (
       insert into tags (repository_id, name, manifest_id)
       select ?, name, ? from unnest(?::text[]) as name
       on conflict (repository_id, name) do nothing
       returning name),
     kept as (
       insert into tag_history (repository_id, tag, digest, actor) select ?, name, ?, ? from created)
     select name from created`,
    [move.repositoryId, move.manifestId, tags, move.repositoryId, move.digest, move.actor],
  );
  return rows.map(({ name }) => name);
}

/** Locked and read in one statement, joined in the next: a lock that waited sees the row's newest state only by itself. */
async function updateTags(transaction: Knex, move: TagMove, tags: readonly Tag[]): Promise<Tag[]> {
  const locked = await rowsOf<{ name: Tag; manifest_id: number }>(
    transaction,
    'select name, manifest_id from tags where repository_id = ? and name = any(?::text[]) order by name for update',
    [move.repositoryId, tags],
  );
  const moving = locked.filter((row) => row.manifest_id !== move.manifestId);
  if (moving.length > 0) {
    await refuseImmutable(
      transaction,
      move.repositoryId,
      moving.map(({ name }) => name),
    );
    await rowsOf(
      transaction,
      `with old as (
         select o.name, m.digest from unnest(?::text[], ?::bigint[]) as o (name, manifest_id) join manifests m on m.id = o.manifest_id),
       kept as (
         insert into tag_history (repository_id, tag, digest, previous_digest, actor) select ?, name, ?, digest, ? from old)
       update tags t set manifest_id = ?, moved_at = now() from old where t.repository_id = ? and t.name = old.name`,
      [
        moving.map(({ name }) => name),
        moving.map(({ manifest_id }) => manifest_id),
        move.repositoryId,
        move.digest,
        move.actor,
        move.manifestId,
        move.repositoryId,
      ],
    );
  }
  return locked.map(({ name }) => name);
}
