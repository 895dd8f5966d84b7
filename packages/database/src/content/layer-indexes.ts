import type { Digest } from '@berth/oci';
import {
  DIRECTORY_CHUNK,
  type DirectoryChunk,
  type FileFacts,
  type FileKind,
  type FoundFile,
  type LayerIndexes,
  type LayerProblem,
  type LayerState,
  type StorageKey,
} from '@berth/registry';
import type { Knex } from 'knex';
import { inTransaction, rowsOf } from '../transactions.ts';

/** A reader writes twice a second; one that was silent for so long is dead. */
const DEAD = `interval '2 minutes'`;
/** Whoever looks at an image often need not write as often. */
const NOTED = `interval '1 hour'`;
/** A damaged layer may have been healed by a push. */
const AGAIN = `interval '10 minutes'`;

/** Kinds as they are kept, to be short. */
const LETTERS: Readonly<Record<FileKind, string>> = {
  file: 'f',
  directory: 'd',
  symlink: 'l',
  hardlink: 'h',
  device: 'c',
  fifo: 'p',
  removed: 'x',
};
const KINDS = Object.fromEntries(Object.entries(LETTERS).map(([kind, letter]) => [letter, kind])) as Readonly<Record<string, FileKind>>;

/** Kind, size, mode, hash, target; absent ones at the end are left out. */
type KeptFacts = readonly [letter: string, size: number, mode: number, hash?: string | null, target?: string];

/** The layers wanted, lowest first from 0, and their blobs. Binds the digests. A layer may be in an image more than once. */
const LAYERS = `select w.layer - 1 as layer, b.id as blob_id from unnest(?::text[]) with ordinality as w (digest, layer)
  join blobs b on b.digest = w.digest join layer_indexes i on i.blob_id = b.id and i.state = 'ready'`;

interface FoundRow {
  readonly layer: number;
  readonly path: string;
  readonly name: string;
  readonly facts: KeptFacts;
}

/** Lists of what is in layers, on Postgres. */
export function createLayerIndexes(knex: Knex): LayerIndexes {
  return {
    async ask(repository, digests) {
      const rows = await rowsOf<StateRow>(knex, ASK, [digests, repository]);
      return rows.map(stateOf);
    },

    async take() {
      const rows = await rowsOf<{ blob_id: number; digest: Digest; storage_key: StorageKey; size: number }>(knex, TAKE, []);
      const row = rows[0];
      if (row === undefined) return undefined;
      // Of a reader that died.
      await rowsOf(knex, 'delete from layer_directories where blob_id = ?', [row.blob_id]);
      return { blobId: row.blob_id, object: { digest: row.digest, key: row.storage_key, size: row.size } };
    },

    async progress(blobId, readBytes) {
      const rows = await rowsOf(
        knex,
        `update layer_indexes set read_bytes = ?, alive_at = now() where blob_id = ? and state = 'reading' returning 1`,
        [readBytes, blobId],
      );
      return rows.length > 0;
    },

    async add(blobId, chunks) {
      await rowsOf(knex, ADD, [JSON.stringify(chunks.map(rowOf)), blobId]);
    },

    async finish(blobId, entries) {
      await rowsOf(
        knex,
        `update layer_indexes i set state = 'ready', entries = ?, read_bytes = b.size from blobs b
         where b.id = i.blob_id and i.blob_id = ? and i.state = 'reading'`,
        [entries, blobId],
      );
    },

    async refuse(blobId, problem) {
      await inTransaction(knex, async (transaction) => {
        await rowsOf(transaction, 'delete from layer_directories where blob_id = ?', [blobId]);
        await rowsOf(transaction, `update layer_indexes set state = 'unreadable', problem = ?, alive_at = now() where blob_id = ?`, [
          problem,
          blobId,
        ]);
      });
    },

    async trim(days, limit) {
      const rows = await rowsOf(
        knex,
        `delete from layer_indexes where blob_id in (
           select blob_id from layer_indexes where used_at < now() - make_interval(days => ?) and state in ('ready', 'unreadable')
           order by used_at limit ? for update skip locked) returning 1`,
        [days, limit],
      );
      return rows.length;
    },

    async look(digests, wanted) {
      if (wanted.length === 0) return [];
      const rows = await rowsOf<FoundRow>(
        knex,
        `select l.layer, d.path, w.name, d.facts -> w.name as facts from (${LAYERS}) l
         cross join (select distinct path, name from unnest(?::text[], ?::text[]) as p (path, name)) w
         join layer_directories d on d.blob_id = l.blob_id and d.path = w.path and d.first_name <= w.name and d.last_name >= w.name
         where jsonb_exists(d.facts, w.name)`,
        [digests, wanted.map(({ path }) => path), wanted.map(({ name }) => name)],
      );
      return rows.map(foundOf);
    },

    opaque: (digests, paths) =>
      rowsOf(
        knex,
        `select l.layer, d.path from (${LAYERS}) l
         join layer_directories d on d.blob_id = l.blob_id and d.path = any(?::text[]) and d.chunk = 0 where d.opaque`,
        [digests, paths],
      ),

    async list(digests, { paths, after, limit }) {
      if (paths.length === 0) return [];
      const rows = await rowsOf<FoundRow>(
        knex,
        `select l.layer, w.path, f.key as name, f.value as facts from (${LAYERS}) l cross join unnest(?::text[]) as w (path)
         cross join lateral (
           select f.key, f.value from (
             select facts from layer_directories d where d.blob_id = l.blob_id and d.path = w.path and d.last_name > ?
             order by d.chunk limit ?) c
           cross join lateral jsonb_each(c.facts) f where f.key collate "C" > ? order by f.key collate "C" limit ?) f`,
        // A chunk may end right behind `after`: as many names as wanted are in the chunks after it.
        [digests, paths, after, Math.ceil(limit / DIRECTORY_CHUNK) + 1, after, limit],
      );
      return rows.map(foundOf);
    },

    async search(digests, { text, after: { path, name }, directories, limit }) {
      const like = `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
      const rows = await rowsOf<FoundRow>(knex, SEARCH, [digests, like, path, path, name, directories, like, path, name, limit]);
      return rows.map(foundOf);
    },

    async directories(digests, { after, limit }) {
      const rows = await rowsOf<{ path: string }>(
        knex,
        `select distinct d.path from (${LAYERS}) l join layer_directories d on d.blob_id = l.blob_id
         where d.chunk = 0 and d.path > ? order by d.path limit ?`,
        [digests, after, limit],
      );
      return rows.map(({ path }) => path);
    },
  };
}

const ASK = `
with wanted as (
  select distinct b.id, b.digest, b.size from blobs b join repository_blobs l on l.blob_id = b.id join repositories r on r.id = l.repository_id
  where b.digest = any(?::text[]) and r.name = ? and r.deleted_at is null and b.state = 'live'),
asked as (
  insert into layer_indexes (blob_id) select id from wanted
  on conflict (blob_id) do update set used_at = now(),
    state = case when layer_indexes.problem = 'damaged' and layer_indexes.alive_at < now() - ${AGAIN} then 'waiting' else layer_indexes.state end,
    problem = case when layer_indexes.problem = 'damaged' and layer_indexes.alive_at < now() - ${AGAIN} then '' else layer_indexes.problem end
  where layer_indexes.used_at < now() - ${NOTED} or (layer_indexes.problem = 'damaged' and layer_indexes.alive_at < now() - ${AGAIN})
  returning blob_id, state, problem, read_bytes, entries)
select w.digest, w.size, coalesce(a.state, i.state, 'waiting') as state, coalesce(a.problem, i.problem, '') as problem,
  coalesce(a.read_bytes, i.read_bytes, 0) as read_bytes, coalesce(a.entries, i.entries, 0) as entries
from wanted w left join asked a on a.blob_id = w.id left join layer_indexes i on i.blob_id = w.id`;

const TAKE = `
update layer_indexes i set state = 'reading', alive_at = now(), read_bytes = 0
from blobs b
where b.id = i.blob_id and i.blob_id = (
  select blob_id from layer_indexes
  where state = 'waiting' or (state = 'reading' and alive_at < now() - ${DEAD})
  order by asked_at limit 1 for update skip locked)
returning i.blob_id, b.digest, b.storage_key, b.size`;

const ADD = `
insert into layer_directories (blob_id, path, chunk, opaque, first_name, last_name, names, facts)
select i.blob_id, c.path, c.chunk, c.opaque, c.first_name, c.last_name, c.names, c.facts
from layer_indexes i, jsonb_to_recordset(?::jsonb)
  as c (path text, chunk integer, opaque boolean, first_name text, last_name text, names text, facts jsonb)
where i.blob_id = ? and i.state = 'reading'`;

/** The directories first, and of these every layer: a name in an upper layer decides what a lower one shows. */
const SEARCH = `
with layers as (${LAYERS}),
matching as materialized (
  select l.layer, d.path, d.facts from layers l join layer_directories d on d.blob_id = l.blob_id
  where d.names ilike ? and (d.path > ? or (d.path = ? and d.last_name > ?))),
next_ones as (select distinct path from matching order by path limit ?)
select m.layer, m.path, f.key as name, f.value as facts from matching m join next_ones o on o.path = m.path
cross join lateral jsonb_each(m.facts) f
where f.key ilike ? and (m.path > ? or f.key collate "C" > ?)
order by m.path, f.key collate "C", m.layer limit ?`;

interface StateRow {
  readonly digest: Digest;
  readonly size: number;
  readonly state: LayerState['state'];
  readonly problem: LayerProblem | '';
  readonly read_bytes: number;
  readonly entries: number;
}

function stateOf({ problem, read_bytes: readBytes, ...row }: StateRow): LayerState {
  return { ...row, readBytes, ...(problem === '' ? {} : { problem }) };
}

function rowOf({ path, chunk, opaque, entries }: DirectoryChunk): Record<string, unknown> {
  const names = [...entries.keys()];
  return {
    ...{ path, chunk, opaque, first_name: names[0] ?? '', last_name: names.at(-1) ?? '', names: `/${names.join('/')}/` },
    facts: Object.fromEntries([...entries].map(([name, facts]) => [name, kept(facts)])),
  };
}

function kept({ kind, size, mode, hash, target }: FileFacts): KeptFacts {
  const facts: [string, number, number] = [LETTERS[kind], size, mode];
  if (target !== undefined) return [...facts, hash ?? null, target];
  return hash === undefined ? facts : [...facts, hash];
}

function foundOf({ layer, path, name, facts: [letter, size, mode, hash, target] }: FoundRow): FoundFile {
  const kind = KINDS[letter] ?? 'file';
  return {
    ...{ layer, path, name },
    facts: { kind, size, mode, ...(typeof hash === 'string' ? { hash } : {}), ...(target === undefined ? {} : { target }) },
  };
}
