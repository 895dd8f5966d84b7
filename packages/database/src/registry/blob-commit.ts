import type { CommitOutcome, StorageKey, StoredObject, UploadSession } from '@berth/registry';
import { UploadClaimLostError } from '@berth/registry';
import type { Knex } from 'knex';
import { inTransaction, rollBackWith, rowsOf } from '../transactions.ts';
import { linkBlob, queueDeletion } from './blob-links.ts';
import { DELETION_DELAY } from './leases.ts';

interface UploadCommit {
  readonly session: UploadSession;
  readonly object: StoredObject;
  readonly damaged: StoredObject | undefined;
}

interface BlobRow {
  readonly id: number;
  readonly storage_key: StorageKey;
  readonly size: number;
  readonly state: string;
}

const MAX_ATTEMPTS = 8;

/** One transaction: the blob's row, or the one that is there; its link; the session gone. */
export async function commitUpload(knex: Knex, commit: UploadCommit): Promise<CommitOutcome> {
  return inTransaction(knex, async (transaction) => {
    await endSession(transaction, commit.session);
    const { blobId, outcome } = await placeBlob(transaction, commit);
    await linkBlob(transaction, commit.session.repositoryId, blobId);
    return { outcome };
  });
}

/** One transaction for content that is stored already. The blob is looked at before the session goes: on false nothing has changed. */
export async function commitKnown(knex: Knex, session: UploadSession, existing: StoredObject): Promise<boolean> {
  return inTransaction(knex, async (transaction) => {
    await endSession(transaction, session);
    const rows = await rowsOf<{ id: number }>(
      transaction,
      `select id from blobs where digest = ? and storage_key = ? and state = 'live' for key share`,
      [existing.digest, existing.key],
    );
    if (rows[0] === undefined) return rollBackWith(false);
    await linkBlob(transaction, session.repositoryId, rows[0].id);
    return true;
  });
}

async function endSession(transaction: Knex, session: UploadSession): Promise<void> {
  const living = await rowsOf(transaction, 'select 1 from repositories where id = ? and deleted_at is null for key share', [
    session.repositoryId,
  ]);
  if (living.length === 0) throw new UploadClaimLostError('The repository was deleted while the upload ran.');
  const ended = await rowsOf(transaction, 'delete from upload_sessions where id = ? and claim = ? returning 1', [
    session.id,
    session.claim,
  ]);
  if (ended.length === 0) throw new UploadClaimLostError('The upload was removed or taken over by another request.');
}

/**
 * The row is read without a lock first, and then locked as strongly as is needed: 500 parallel pushes of one layer share their locks,
 * and nobody upgrades a lock that others hold too.
 */
async function placeBlob(transaction: Knex, commit: UploadCommit): Promise<{ blobId: number; outcome: CommitOutcome['outcome'] }> {
  const { object } = commit;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const seen = await readBlob(transaction, object, '');
    if (seen === undefined) {
      const inserted = await rowsOf<{ id: number }>(
        transaction,
        'insert into blobs (digest, size, storage_key) values (?, ?, ?) on conflict (digest) do nothing returning id',
        [object.digest, object.size, object.key],
      );
      if (inserted[0] !== undefined) return { blobId: inserted[0].id, outcome: 'stored' };
      continue;
    }
    const heal = needsHealing(seen, commit);
    const locked = await readBlob(transaction, object, heal ? 'for update' : 'for key share');
    if (locked === undefined || needsHealing(locked, commit) !== heal) continue;
    if (locked.storage_key === object.key) return { blobId: locked.id, outcome: 'stored' };
    if (heal) await healBlob(transaction, object, locked);
    else await queueDeletion(transaction, object, `interval '0'`);
    return { blobId: locked.id, outcome: heal ? 'healed' : 'duplicate' };
  }
  throw new Error(`The row of blob ${object.digest} kept changing; the upload was not recorded. Try again.`);
}

async function readBlob(transaction: Knex, object: StoredObject, lock: '' | 'for update' | 'for key share'): Promise<BlobRow | undefined> {
  const rows = await rowsOf<BlobRow>(transaction, `select id, storage_key, size, state from blobs where digest = ? ${lock}`, [
    object.digest,
  ]);
  return rows[0];
}

/** Same digest, another size: what is stored cannot be the content that was just verified. */
function needsHealing(row: BlobRow, { object, damaged }: UploadCommit): boolean {
  return row.state !== 'live' || row.storage_key === damaged?.key || row.size !== object.size;
}

async function healBlob(transaction: Knex, object: StoredObject, old: BlobRow): Promise<void> {
  await rowsOf(transaction, `update blobs set storage_key = ?, size = ?, state = 'live' where id = ?`, [object.key, object.size, old.id]);
  await queueDeletion(transaction, { key: old.storage_key, digest: object.digest, size: old.size }, DELETION_DELAY);
}
