import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { AuditVerdict } from '@berth/access';
import { say, type Sentence } from '@berth/oci';
import type { Knex } from 'knex';
import { inTransaction, rowsOf } from '../transactions.ts';

const BATCH = 1_000;
/** Of sealers and purgers one at a time; any number that nothing else locks by. */
const LOCK = 815_032_001;
/** What the first seal follows. */
const GENESIS = '0'.repeat(64);
const SETTLE_TRIES = 100;
const SETTLE_MS = 100;

interface SealRow {
  readonly id: number;
  readonly first_id: number;
  readonly last_id: number;
  readonly row_count: number;
  readonly content_hash: string;
  readonly previous_hash: string;
  readonly hash: string;
  readonly purged_at: Date | null;
}

/** Every column of a record, as text that does not depend on settings: what is hashed. */
const CANONICAL = `select id, json_build_array(id, to_char(occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), actor, username, address,
  project_id, resource_type, resource, operation, description, successful, status, request_id)::text as line from audit_log`;

/**
 * Ids are given out before their rows are committed, so that a row may appear below one that is there. What was given out by now is settled
 * when every transaction of this moment has ended; writers are not held up meanwhile. undefined when one of them takes too long: next time.
 */
async function settledId(knex: Knex): Promise<number | undefined> {
  const now = await rowsOf<{ last: number | null; horizon: string }>(
    knex,
    'select (select max(id) from audit_log) as last, pg_snapshot_xmax(pg_current_snapshot())::text as horizon',
    [],
  );
  const { last, horizon } = now[0] ?? { last: null, horizon: '0' };
  if (last === null) return undefined;
  for (let attempt = 0; attempt < SETTLE_TRIES; attempt += 1) {
    const ended = await rowsOf<{ ended: boolean }>(knex, 'select pg_snapshot_xmin(pg_current_snapshot()) >= ?::text::xid8 as ended', [
      horizon,
    ]);
    if (ended[0]?.ended === true) return last;
    await delay(SETTLE_MS);
  }
  return undefined;
}

export async function sealAudit(knex: Knex): Promise<number> {
  const settled = await settledId(knex);
  if (settled === undefined) return 0;
  let sealed = 0;
  for (;;) {
    const count = await inTransaction(knex, (transaction) => sealBatch(transaction, settled));
    sealed += count;
    if (count < BATCH) return sealed;
  }
}

async function sealBatch(transaction: Knex, settled: number): Promise<number> {
  await rowsOf(transaction, 'select pg_advisory_xact_lock(?)', [LOCK]);
  const newest = await rowsOf<SealRow>(transaction, 'select * from audit_seals order by id desc limit 1', []);
  const firstId = (newest[0]?.last_id ?? 0) + 1;
  const rows = await rowsOf<{ id: number; line: string }>(transaction, `${CANONICAL} where id between ? and ? order by id limit ?`, [
    firstId,
    settled,
    BATCH,
  ]);
  const lastId = rows.at(-1)?.id;
  if (lastId === undefined) return 0;
  const contentHash = contentHashOf(rows);
  const previous = newest[0]?.hash ?? GENESIS;
  const range = { first_id: firstId, last_id: lastId, row_count: rows.length, content_hash: contentHash, previous_hash: previous };
  await rowsOf(
    transaction,
    `insert into audit_seals (first_id, last_id, row_count, content_hash, previous_hash, hash, last_at)
     values (?, ?, ?, ?, ?, ?, (select max(occurred_at) from audit_log where id between ? and ?))`,
    [firstId, lastId, rows.length, contentHash, previous, sealHashOf(range), firstId, lastId],
  );
  return rows.length;
}

function contentHashOf(rows: readonly { readonly line: string }[]): string {
  const hash = createHash('sha256');
  for (const { line } of rows) hash.update(`${line}\n`);
  return hash.digest('hex');
}

function sealHashOf(seal: Omit<SealRow, 'id' | 'hash' | 'purged_at'>): string {
  const parts = [seal.previous_hash, seal.first_id, seal.last_id, seal.row_count, seal.content_hash];
  return createHash('sha256').update(parts.join('\n')).digest('hex');
}

export async function verifyAudit(knex: Knex, head?: string): Promise<AuditVerdict> {
  const problems: Sentence[] = [];
  let records = 0;
  let seals = 0;
  let previous: SealRow | undefined;
  let headSeen = head === undefined || head === GENESIS;
  for (;;) {
    const page = await rowsOf<SealRow>(knex, 'select * from audit_seals where id > ? order by id limit 100', [previous?.id ?? 0]);
    for (const seal of page) {
      problems.push(...chainProblems(seal, previous));
      records += await verifyContent(knex, seal, problems);
      headSeen ||= seal.hash === head;
      previous = seal;
      seals += 1;
    }
    if (page.length < 100) break;
  }
  if (!headSeen)
    problems.push(
      say(
        'audit-head-absent',
      )`No seal has the hash ${{ head: head ?? '' }}: the log was cut short or written anew since that hash was noted.`,
    );
  const open = await rowsOf<{ unsealed: number }>(knex, 'select count(*) as unsealed from audit_log where id > ?', [
    previous?.last_id ?? 0,
  ]);
  return { problems, seals, records, unsealed: open[0]?.unsealed ?? 0, head: previous?.hash ?? GENESIS };
}

function chainProblems(seal: SealRow, previous: SealRow | undefined): readonly Sentence[] {
  const problems: Sentence[] = [];
  if (seal.previous_hash !== (previous?.hash ?? GENESIS))
    problems.push(
      say(
        'audit-seal-before',
      )`Seal ${{ seal: seal.id }} (records ${{ first: seal.first_id }} to ${{ last: seal.last_id }}) does not follow the seal before it: a seal was changed or removed.`,
    );
  if (seal.first_id !== (previous?.last_id ?? 0) + 1)
    problems.push(
      say(
        'audit-seal-gap',
      )`Seal ${{ seal: seal.id }} (records ${{ first: seal.first_id }} to ${{ last: seal.last_id }}) does not begin where the seal before it ends.`,
    );
  if (seal.hash !== sealHashOf(seal))
    problems.push(
      say(
        'audit-seal-changed',
      )`Seal ${{ seal: seal.id }} (records ${{ first: seal.first_id }} to ${{ last: seal.last_id }}) was changed after it was made.`,
    );
  return problems;
}

async function verifyContent(knex: Knex, seal: SealRow, problems: Sentence[]): Promise<number> {
  // One more than were sealed, so that what was slipped in shows without reading without end.
  const rows = await rowsOf<{ id: number; line: string }>(knex, `${CANONICAL} where id between ? and ? order by id limit ?`, [
    seal.first_id,
    seal.last_id,
    seal.row_count + 1,
  ]);
  if (seal.purged_at !== null && rows.length === 0) return 0;
  if (rows.length !== seal.row_count)
    problems.push(
      say(
        'audit-records-count',
      )`Of the records ${{ first: seal.first_id }} to ${{ last: seal.last_id }}, ${{ sealed: seal.row_count }} were sealed, but ${{ there: rows.length }} are there.`,
    );
  else if (contentHashOf(rows) !== seal.content_hash)
    problems.push(
      say(
        'audit-record-changed',
      )`A record between ${{ first: seal.first_id }} and ${{ last: seal.last_id }} was changed after it was sealed.`,
    );
  return rows.length;
}

export async function purgeAudit(knex: Knex, before: Date, dryRun: boolean): Promise<number> {
  if (dryRun) {
    const rows = await rowsOf<{ count: number }>(
      knex,
      'select coalesce(sum(row_count), 0)::bigint as count from audit_seals where purged_at is null and last_at < ?',
      [before],
    );
    return rows[0]?.count ?? 0;
  }
  let purged = 0;
  for (;;) {
    const count = await inTransaction(knex, (transaction) => purgeBatch(transaction, before));
    if (count === undefined) return purged;
    purged += count;
  }
}

async function purgeBatch(transaction: Knex, before: Date): Promise<number | undefined> {
  await rowsOf(transaction, 'select pg_advisory_xact_lock(?)', [LOCK]);
  const seals = await rowsOf<SealRow>(
    transaction,
    'update audit_seals set purged_at = now() where id = (select min(id) from audit_seals where purged_at is null and last_at < ?) returning *',
    [before],
  );
  const [seal] = seals;
  if (seal === undefined) return undefined;
  await rowsOf(transaction, `select set_config('berth.audit_purge', 'on', true)`, []);
  const gone = await rowsOf(transaction, 'delete from audit_log where id between ? and ? returning 1', [seal.first_id, seal.last_id]);
  return gone.length;
}
