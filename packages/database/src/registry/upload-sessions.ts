import type { Digest, DigestAlgorithm, RepositoryName } from '@berth/oci';
import {
  type ActorKey,
  type Claim,
  type ExpiredUpload,
  type NewUpload,
  type StorageKey,
  UploadClaimLostError,
  type UploadId,
  type UploadProgress,
  type UploadSession,
  type UploadSessions,
  type UploadTarget,
} from '@berth/registry';
import type { Knex } from 'knex';
import { inTransaction, rowsOf } from '../transactions.ts';
import { CLAIM, WORK_CLAIM } from './leases.ts';
import { lockOrCreateRepository } from './repository-rows.ts';

interface SessionRow {
  readonly id: UploadId;
  readonly repository: RepositoryName;
  readonly repository_id: number;
  readonly actor: ActorKey;
  readonly storage_key: StorageKey;
  readonly algorithm: DigestAlgorithm;
  readonly stored_offset: number;
  readonly checkpoint_state: string;
  readonly prefix_digest: Digest | null;
  readonly sealing_digest: Digest | null;
  readonly claim: number;
}

const COLUMNS = `s.id, r.name as repository, s.repository_id, s.actor, s.storage_key, s.algorithm, s.stored_offset, s.checkpoint_state,
  s.prefix_digest, s.sealing_digest, s.claim`;
/** One session of one creator in one living repository. Bindings: id, actor, repository name. */
const TARGET = `s.id = ? and s.actor = ? and r.id = s.repository_id and r.name = ? and r.deleted_at is null`;

/** Upload sessions in Postgres. A claim is a number that rises plus a time until which it holds, both by the database clock. */
export function createUploadSessions(knex: Knex): UploadSessions {
  return {
    create: (upload) => create(knex, upload),

    async find(target) {
      const rows = await rowsOf<SessionRow>(
        knex,
        `select ${COLUMNS} from upload_sessions s, repositories r where ${TARGET}`,
        bindingsOf(target),
      );
      return rows[0] && sessionOf(rows[0]);
    },

    claim: (target, sealing) => claim(knex, target, sealing),

    async renew(session) {
      const rows = await rowsOf(
        knex,
        `update upload_sessions set claimed_until = now() + ${CLAIM}, active_at = now() where id = ? and claim = ? returning 1`,
        [session.id, session.claim],
      );
      requireClaim(rows.length > 0);
    },

    async release(session, progress) {
      const rows = await rowsOf(knex, releaseSql(progress), releaseBindings(session, progress));
      requireClaim(rows.length > 0);
    },

    async remove(target) {
      const rows = await rowsOf<SessionRow>(
        knex,
        `delete from upload_sessions s using repositories r where ${TARGET} returning ${COLUMNS}`,
        bindingsOf(target),
      );
      return rows[0] && sessionOf(rows[0]);
    },

    takeExpired: (idleSeconds, limit) => takeExpired(knex, idleSeconds, limit),

    async finishExpired(expired) {
      if (expired.length === 0) return;
      await rowsOf(
        knex,
        `delete from upload_sessions s using unnest(?::uuid[], ?::bigint[]) as gone (id, claim) where s.id = gone.id and s.claim = gone.claim`,
        [expired.map(({ session }) => session.id), expired.map(({ session }) => session.claim)],
      );
    },
  };
}

/** One statement where the repository is there, which is nearly always. */
async function create(knex: Knex, upload: NewUpload): Promise<UploadSession> {
  const repositoryId =
    (await insertSession(knex, upload)) ??
    (await inTransaction(knex, async (transaction) => {
      await lockOrCreateRepository(transaction, upload.repository);
      return insertSession(transaction, upload);
    }));
  if (repositoryId === undefined) throw new Error('The repository was created and locked, but the upload did not find it.');
  return {
    id: upload.id,
    repository: upload.repository,
    repositoryId,
    actor: upload.actor,
    key: upload.key,
    algorithm: upload.algorithm,
    checkpoint: { offset: 0, state: '' },
    prefixDigest: undefined,
    sealing: upload.sealing,
    claim: upload.sealing === undefined ? 0 : 1,
  };
}

async function insertSession(knex: Knex, upload: NewUpload): Promise<number | undefined> {
  const claimed = upload.sealing !== undefined;
  const rows = await rowsOf<{ repository_id: number }>(
    knex,
    `with place as (select id from repositories where name = ? and deleted_at is null for key share)
     insert into upload_sessions (id, repository_id, actor, storage_key, algorithm, sealing_digest, claim, claimed_until)
     select ?::uuid, place.id, ?, ?, ?, ?, ?::bigint, case when ?::boolean then now() + ${CLAIM} end from place
     returning repository_id`,
    [upload.repository, upload.id, upload.actor, upload.key, upload.algorithm, upload.sealing ?? null, claimed ? 1 : 0, claimed],
  );
  return rows[0]?.repository_id;
}

async function claim(knex: Knex, target: UploadTarget, sealing: Digest | undefined): Promise<Claim> {
  const claimed = await rowsOf<SessionRow>(
    knex,
    `update upload_sessions s
     set claim = s.claim + 1, claimed_until = now() + ${CLAIM}, active_at = now(), sealing_digest = coalesce(?, s.sealing_digest)
     from repositories r
     where ${TARGET} and (s.claimed_until is null or s.claimed_until < now())
     returning ${COLUMNS}`,
    [sealing ?? null, ...bindingsOf(target)],
  );
  if (claimed[0] !== undefined) return { outcome: 'claimed', session: sessionOf(claimed[0]) };
  const there = await rowsOf(knex, `select 1 from upload_sessions s, repositories r where ${TARGET}`, bindingsOf(target));
  return { outcome: there.length > 0 ? 'busy' : 'unknown' };
}

/**
 * The claim moves on with every hand-out, so that a slow upload that wakes up cannot commit what is being cleaned away.
 * Sessions of deleted repositories are found too.
 */
async function takeExpired(knex: Knex, idleSeconds: number, limit: number): Promise<readonly ExpiredUpload[]> {
  const rows = await rowsOf<SessionRow>(
    knex,
    `update upload_sessions s
     set claim = s.claim + 1, claimed_until = now() + ${WORK_CLAIM}
     from repositories r,
       (select id from upload_sessions
        where active_at < now() - make_interval(secs => ?) and (claimed_until is null or claimed_until < now())
        order by active_at limit ? for update skip locked) as idle
     where s.id = idle.id and r.id = s.repository_id
     returning ${COLUMNS}`,
    [idleSeconds, limit],
  );
  return rows.map((row) => ({ session: sessionOf(row), sealing: row.sealing_digest ?? undefined }));
}

function releaseSql(progress: UploadProgress | undefined): string {
  const saved = progress === undefined ? '' : ', stored_offset = ?, checkpoint_state = ?, prefix_digest = ?';
  return `update upload_sessions set claimed_until = null, active_at = now()${saved} where id = ? and claim = ? returning 1`;
}

function releaseBindings(session: UploadSession, progress: UploadProgress | undefined): unknown[] {
  const saved = progress === undefined ? [] : [progress.checkpoint.offset, progress.checkpoint.state, progress.prefixDigest ?? null];
  return [...saved, session.id, session.claim];
}

function bindingsOf(target: UploadTarget): unknown[] {
  return [target.id, target.actor, target.repository];
}

function requireClaim(held: boolean): void {
  if (!held) throw new UploadClaimLostError('The upload was removed or taken over by another request.');
}

function sessionOf(row: SessionRow): UploadSession {
  return {
    id: row.id,
    repository: row.repository,
    repositoryId: row.repository_id,
    actor: row.actor,
    key: row.storage_key,
    algorithm: row.algorithm,
    checkpoint: { offset: row.stored_offset, state: row.checkpoint_state },
    prefixDigest: row.prefix_digest ?? undefined,
    sealing: row.sealing_digest ?? undefined,
    claim: row.claim,
  };
}
