import {
  JOURNAL_KINDS,
  type JournalBatch,
  type JournalEntry,
  type JournalKey,
  type JournalKind,
  type JournalRecords,
} from '@berth/registry';
import type { Knex } from 'knex';
import { inTransaction, plannedRowsOf, rowsOf } from '../transactions.ts';
import { JOURNAL_SOURCES } from './journal-sql.ts';

/** Of one object of the journal. */
const MAX_ENTRIES = 1000;
const MAX_PAGE = 5000;
const MAX_BYTES = 16 * 1024 * 1024;

interface EntryRow {
  readonly kind: JournalKind;
  readonly item: number;
  readonly repository_id: number;
  readonly name: string;
  readonly seq: number;
  readonly value: string | null;
}

interface StateRow {
  readonly generation: number | null;
  readonly snapshot_floor: number | null;
  readonly snapshot_bytes: number | null;
  readonly segments: number | null;
  readonly segment_bytes: number | null;
  readonly waiting: boolean;
  readonly last_seq: number;
}

const LAST_SEQ = `coalesce(pg_sequence_last_value(pg_get_serial_sequence('storage_changes', 'id')::regclass), 0)`;

/** The state that each change led to, read in the statement that reads the changes. */
const CHANGES = `
with first as (select * from storage_changes order by id limit ${MAX_ENTRIES}),
sized as (
  select f.*, sum(400 + coalesce(m.size, 0)) over (order by f.id) as total, coalesce(m.size, 0) + 400 as own
  from first f left join manifests m on f.kind = 'manifest' and m.id = f.item),
c as (select * from sized where total - own < ${MAX_BYTES})
select c.kind, c.item, c.repository_id, c.name, c.id as seq, extract(epoch from clock_timestamp() - c.created_at)::double precision as age,
  (case c.kind ${JOURNAL_KINDS.map((kind) => `when '${kind}' then (${stateOf(kind)})`).join('\n')} end)::text as value
from c order by c.id`;

function stateOf(kind: JournalKind): string {
  const { from, match, where, value } = JOURNAL_SOURCES[kind];
  return `select ${value} from ${from} where ${match} and ${where}`;
}

/** The changes that wait, and the row that tells how the journal stands. */
export function createJournalRecords(knex: Knex): JournalRecords {
  return {
    async state() {
      const rows = await rowsOf<StateRow>(
        knex,
        `select j.*, exists (select 1 from storage_changes) as waiting, ${LAST_SEQ} as last_seq
         from (select 1) as one left join storage_journal j on true`,
        [],
      );
      const row = rows[0];
      return {
        // 0 is the row before the first.
        generation: row?.generation || undefined,
        snapshotFloor: row?.snapshot_floor ?? undefined,
        snapshotBytes: row?.snapshot_bytes ?? 0,
        segments: row?.segments ?? 0,
        segmentBytes: row?.segment_bytes ?? 0,
        waiting: row?.waiting === true,
        lastSeq: row?.last_seq ?? 0,
      };
    },

    hold: (holder, seconds) =>
      lightly(knex, async (transaction) => {
        await rowsOf(transaction, 'insert into storage_journal (generation) values (0) on conflict do nothing', []);
        const held = await rowsOf(
          transaction,
          `update storage_journal set holder = ?, held_until = now() + make_interval(secs => ?)
           where holder is null or holder = ? or held_until < now() returning 1`,
          [holder, seconds, holder],
        );
        return held.length > 0;
      }),

    async release(holder) {
      await rowsOf(knex, 'update storage_journal set holder = null, held_until = null where holder = ?', [holder]);
    },

    async begin(generation) {
      await rowsOf(
        knex,
        `insert into storage_journal (generation) values (?) on conflict (only_row) do update
         set generation = excluded.generation, snapshot_floor = null, snapshot_bytes = 0, segments = 0, segment_bytes = 0`,
        [generation],
      );
    },

    changes: () => readChanges(knex),

    forget: (ids, segmentBytes) =>
      lightly(knex, async (transaction) => {
        await rowsOf(transaction, 'delete from storage_changes where id = any(?::bigint[])', [ids]);
        await rowsOf(transaction, 'update storage_journal set segments = segments + 1, segment_bytes = segment_bytes + ?', [segmentBytes]);
      }),

    async mark() {
      // In this order: who was given a number by then has a transaction before ours.
      const seqs = await rowsOf<{ seq: number }>(knex, `select ${LAST_SEQ} as seq`, []);
      const transactions = await rowsOf<{ id: string }>(knex, 'select pg_current_xact_id()::text as id', []);
      return { seq: seqs[0]?.seq ?? 0, transaction: transactions[0]?.id ?? '0' };
    },

    async passed({ transaction }) {
      const rows = await rowsOf<{ over: boolean }>(knex, 'select pg_snapshot_xmin(pg_current_snapshot()) > ?::xid8 as over', [transaction]);
      return rows[0]?.over === true;
    },

    page: (kind, after, seq) => readPage(knex, { kind, after, seq }),

    async snapshotWritten(floor, bytes) {
      await rowsOf(knex, 'update storage_journal set snapshot_floor = ?, snapshot_bytes = ?, segments = 0, segment_bytes = 0', [
        floor,
        bytes,
      ]);
    },
  };
}

/** Not waiting for the disk: after a crash the same is written once more. Pushes have the disk for themselves. */
function lightly<Result>(knex: Knex, work: (transaction: Knex) => Promise<Result>): Promise<Result> {
  return inTransaction(knex, async (transaction) => {
    await rowsOf(transaction, 'set local synchronous_commit to off', []);
    return work(transaction);
  });
}

async function readChanges(knex: Knex): Promise<JournalBatch> {
  const rows = await rowsOf<EntryRow & { age: number }>(knex, CHANGES, []);
  const last = new Map(rows.map((row) => [`${row.kind} ${row.repository_id} ${row.item} ${row.name}`, entryOf(row)]));
  return {
    entries: [...last.values()],
    ids: rows.map(({ seq }) => seq),
    lag: Math.max(0, ...rows.map(({ age }) => age)),
    more: rows.length === MAX_ENTRIES || rows.reduce((sum, { value }) => sum + (value?.length ?? 0), 0) > MAX_BYTES / 2,
  };
}

async function readPage(
  knex: Knex,
  { kind, after, seq }: { readonly kind: JournalKind; readonly after: JournalKey | undefined; readonly seq: number },
): Promise<readonly JournalEntry[]> {
  // Links tell of their blobs.
  if (kind === 'blob') return [];
  const { from, where, key, bytes } = JOURNAL_SOURCES[kind];
  const [item, repositoryId, name] = key;
  const columns = [repositoryId, item, name].filter((column) => !column.includes('::'));
  const values = { [item]: after?.item, [repositoryId]: after?.repositoryId, [name]: after?.name };
  const beyond = after === undefined ? 'true' : `(${columns.join(', ')}) > (${columns.map(() => '?').join(', ')})`;
  const rows = await plannedRowsOf<EntryRow>(
    knex,
    `select ?::text as kind, c.item, c.repository_id, c.name, ?::bigint as seq, (${stateOf(kind)})::text as value
     from (
       select k.*, sum(own) over (order by repository_id, item, name) as total from (
         select ${item} as item, ${repositoryId} as repository_id, ${name} as name, ${bytes} as own
         from ${from} where ${where} and ${beyond} order by ${columns.join(', ')} limit ${MAX_PAGE}) as k) as c
     where total - own < ${MAX_BYTES} order by c.repository_id, c.item, c.name`,
    [kind, seq, ...(after === undefined ? [] : columns.map((column) => values[column]))],
  );
  return rows.map(entryOf);
}

function entryOf({ kind, item, repository_id: repositoryId, name, seq, value }: EntryRow): JournalEntry {
  return { kind, item, repositoryId, name, seq, value };
}
