import type { CommitOutcome, StorageKey, StoredObject, UploadSession } from '@berth/registry';
import { UploadClaimLostError } from '@berth/registry';
import type { Knex } from 'knex';
import { inTransaction, rowsOf } from '../transactions.ts';
import { linkSql, queueDeletion } from './blob-links.ts';
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

/** The claimed session and its living repository, locked. Bindings: session id, claim. */
const MINE = `mine as (
  select s.id, s.repository_id from upload_sessions s join repositories r on r.id = s.repository_id
  where s.id = ? and s.claim = ? and r.deleted_at is null for update of s for key share of r)`;

/**
 * The blob's row, or the one that is there; its link; the session gone: all or nothing. A new blob, the usual case, takes one statement;
 * where another copy is there already that statement changes nothing, and a transaction sorts it out.
 */
export async function commitUpload(knex: Knex, commit: UploadCommit): Promise<CommitOutcome> {
  if (await commitNew(knex, commit)) return { outcome: 'stored' };
  return inTransaction(knex, async (transaction) => {
    await endSession(transaction, commit.session);
    const { blobId, outcome } = await placeBlob(transaction, commit);
    await rowsOf(
      transaction,
      linkSql('given.repository_id', 'given.blob_id', '(values (?::bigint, ?::bigint)) as given (repository_id, blob_id)'),
      [commit.session.repositoryId, blobId],
    );
    return { outcome };
  });
}

async function commitNew(knex: Knex, { session, object }: UploadCommit): Promise<boolean> {
  const rows = await rowsOf<{ mine: boolean; added: boolean }>(
    knex,
    `with ${MINE},
     added as (
       insert into blobs (digest, size, storage_key) select ?, ?::bigint, ? from mine on conflict (digest) do nothing returning id),
     linked as (${linkSql('mine.repository_id', 'added.id', 'mine, added')}),
     ended as (delete from upload_sessions s using mine, added where s.id = mine.id)
     select exists (select 1 from mine) as mine, exists (select 1 from added) as added`,
    [session.id, session.claim, object.digest, object.size, object.key],
  );
  requireClaim(rows[0]?.mine);
  return rows[0]?.added === true;
}

/** One statement for content that is stored already. When it is not, or no longer, nothing changes. */
export async function commitKnown(knex: Knex, session: UploadSession, existing: StoredObject): Promise<boolean> {
  const rows = await rowsOf<{ mine: boolean; known: boolean }>(
    knex,
    `with ${MINE},
     known as (
       select b.id from blobs b, mine where b.digest = ? and b.storage_key = ? and b.state = 'live' for key share of b),
     linked as (${linkSql('mine.repository_id', 'known.id', 'mine, known')}),
     ended as (delete from upload_sessions s using mine, known where s.id = mine.id)
     select exists (select 1 from mine) as mine, exists (select 1 from known) as known`,
    [session.id, session.claim, existing.digest, existing.key],
  );
  requireClaim(rows[0]?.mine);
  return rows[0]?.known === true;
}

async function endSession(transaction: Knex, session: UploadSession): Promise<void> {
  const ended = await rowsOf(transaction, `with ${MINE} delete from upload_sessions s using mine where s.id = mine.id returning 1`, [
    session.id,
    session.claim,
  ]);
  requireClaim(ended.length > 0);
}

function requireClaim(held: boolean | undefined): void {
  if (held !== true) throw new UploadClaimLostError('The upload or its repository was removed, or another request took the upload over.');
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
