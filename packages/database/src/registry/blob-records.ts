import type { Digest, RepositoryName } from '@berth/oci';
import type { BlobRecords, LinkedBlob, QueuedDeletion, StorageKey, StoredObject } from '@berth/registry';
import type { Knex } from 'knex';
import type { Lookups } from '../lookups.ts';
import { inTransaction, rollBackWith, rowsOf } from '../transactions.ts';
import { commitKnown, commitUpload } from './blob-commit.ts';
import { unlinkBlob } from './blob-unlink.ts';
import { linkSql } from './blob-links.ts';
import { LINKED_BLOB } from './hot-statements.ts';
import { LEASE, WORK_CLAIM } from './leases.ts';
import { noteQuotaRefusal, quotaRoom } from './quota-room.ts';
import { lockOrCreateRepository } from './repository-rows.ts';

export interface RecordsOptions {
  /** For transactions and lists. */
  readonly knex: Knex;
  /** For the reads that every pull makes. */
  readonly lookups: Lookups;
}

interface ObjectRow {
  readonly digest: Digest;
  readonly storage_key: StorageKey;
  readonly size: number;
}

/** Looked up by itself, for the reason told at LINKED_BLOB. Binding: name. */
const REPOSITORY_ID = '(select id from repositories where name = ? and deleted_at is null)';

/** Blobs and links in Postgres. The order of locks is told in migrations/README.md. */
export function createBlobRecords({ knex, lookups }: RecordsOptions): BlobRecords {
  return {
    findLinked: (repository, digest) => findLinked(lookups, repository, digest),

    async findAnywhere(digest) {
      const rows = await rowsOf<ObjectRow>(knex, `select digest, storage_key, size from blobs where digest = ? and state = 'live'`, [
        digest,
      ]);
      return rows[0] && objectOf(rows[0]);
    },

    async renewLease(repository, digest) {
      const rows = await rowsOf(
        knex,
        `update repository_blobs l set lease_until = now() + ${LEASE}
         from blobs b
         where b.digest = ? and b.state = 'live' and l.blob_id = b.id and l.repository_id = ${REPOSITORY_ID}
         returning 1`,
        [digest, repository],
      );
      return rows.length > 0;
    },

    commitUpload: (session, object, damaged) => commitUpload(knex, { session, object, damaged }),
    commitKnown: (session, existing) => commitKnown(knex, session, existing),
    mount: (source, target, digest) => mount(knex, { source, target, digest }),

    async holders(digest, limit) {
      const rows = await rowsOf<{ name: RepositoryName }>(
        knex,
        `select r.name from blobs b
         join repository_blobs l on l.blob_id = b.id
         join repositories r on r.id = l.repository_id
         where b.digest = ? and b.state = 'live' and r.deleted_at is null
         limit ?`,
        [digest, limit],
      );
      return rows.map((row) => row.name);
    },

    unlink: (repository, digest) => unlinkBlob(knex, repository, digest),

    async quarantine(object) {
      // A row that points elsewhere was healed meanwhile.
      await rowsOf(knex, `update blobs set state = 'quarantined' where digest = ? and storage_key = ?`, [object.digest, object.key]);
    },

    room: (repository, digest) => quotaRoom(knex, repository, digest),
    noteQuotaRefusal: (refusal) => noteQuotaRefusal(knex, refusal),

    takeDeletions: (limit) => takeDeletions(knex, limit),

    async finishDeletions(ids) {
      if (ids.length > 0) await rowsOf(knex, 'delete from blob_deletions where id = any(?::bigint[])', [ids]);
    },
  };
}

async function findLinked(lookups: Lookups, repository: RepositoryName, digest: Digest): Promise<LinkedBlob | undefined> {
  const rows = await lookups.query<{ storage_key: StorageKey; size: number; lease_runs_low: boolean }>(LINKED_BLOB, [repository, digest]);
  const row = rows[0];
  return row && { object: { key: row.storage_key, digest, size: row.size }, leaseRunsLow: row.lease_runs_low };
}

interface Mount {
  readonly source: RepositoryName;
  readonly target: RepositoryName;
  readonly digest: Digest;
}

/** One statement where the target is there; else the same again in a transaction that creates it, unless there is nothing to mount. */
async function mount(knex: Knex, request: Mount): Promise<boolean> {
  const first = await linkFromSource(knex, request);
  if (!first.held || first.placed) return first.held;
  return inTransaction(knex, async (transaction) => {
    await lockOrCreateRepository(transaction, request.target);
    const second = await linkFromSource(transaction, request);
    return second.held && second.placed ? true : rollBackWith(false);
  });
}

/** The source's link is locked until the new one is there: a collection that runs meanwhile finds the blob linked either way. */
async function linkFromSource(knex: Knex, { source, target, digest }: Mount): Promise<{ placed: boolean; held: boolean }> {
  const rows = await rowsOf<{ placed: boolean; held: boolean }>(
    knex,
    `with place as (select id from repositories where name = ? and deleted_at is null for key share),
     held as (
       select b.id from blobs b join repository_blobs l on l.blob_id = b.id
       where b.digest = ? and b.state = 'live' and l.repository_id = ${REPOSITORY_ID}
       for key share of b, l),
     linked as (${linkSql('place.id', 'held.id', 'place, held')})
     select exists (select 1 from place) as placed, exists (select 1 from held) as held`,
    [target, digest, source],
  );
  return rows[0] ?? { placed: false, held: false };
}

async function takeDeletions(knex: Knex, limit: number): Promise<readonly QueuedDeletion[]> {
  const rows = await rowsOf<ObjectRow & { id: number }>(
    knex,
    `update blob_deletions d set claimed_until = now() + ${WORK_CLAIM}
     from (select id from blob_deletions
           where not_before <= now() and (claimed_until is null or claimed_until < now())
             and not exists (select 1 from backup_runs where status = 'Running' and alive_until > now())
           order by not_before limit ? for update skip locked) as due
     where d.id = due.id
     returning d.id, d.storage_key, d.digest, d.size`,
    [limit],
  );
  return rows.map((row) => ({ id: String(row.id), object: objectOf(row) }));
}

function objectOf(row: ObjectRow): StoredObject {
  return { key: row.storage_key, digest: row.digest, size: row.size };
}
