import type { Digest } from '@berth/oci';
import {
  type JournalEntry,
  RebuildRefusedError,
  type RebuildTarget,
  type RememberedBlob,
  type RememberedManifest,
  type StorageKey,
} from '@berth/registry';
import type { Knex } from 'knex';
import { LEASE } from '../registry/leases.ts';
import { inTransaction, plannedRowsOf, rowsOf } from '../transactions.ts';
import { addManifests } from './rebuild-manifests.ts';

const LOAD_ROWS = 1000;
const BLOB_PAGE = 500;
const MANIFEST_PAGE = 100;
const PAGE_BYTES = 32 * 1024 * 1024;

/** Living repositories of living projects, as the journal tells. */
const PLACES = `(
  select e.item as id, e.value->>'name' as name, (e.value->>'projectId')::bigint as project_id, e.value
  from storage_rebuild_entries e join storage_rebuild_entries p on p.kind = 'project' and p.item = (e.value->>'projectId')::bigint
  where e.kind = 'repository' and e.value is not null and p.value is not null)`;

const MANIFEST_OF_TAG = `select 1 from storage_rebuild_entries m where m.kind = 'manifest' and m.value is not null
  and (m.value->>'repositoryId')::bigint = t.repository_id and m.value->>'digest' = t.value->>'digest'`;

/** The entries are gathered in a table, so that no size of registry needs memory, and everything else is made from it. */
export function createRebuildTarget(knex: Knex): RebuildTarget {
  const run = async (sql: string, values: readonly unknown[] = []): Promise<void> => void (await plannedRowsOf(knex, sql, values));
  return {
    prepare: (journal) => prepare(knex, journal),
    load: (name, entries) => load(knex, name, entries),
    settleTwins: () => settleTwins(knex),

    async counts() {
      const rows = await plannedRowsOf<{ projects: number; repositories: number; blobs: number; manifests: number; tags: number }>(
        knex,
        `select (select count(*) from storage_rebuild_entries where kind = 'project' and value is not null) as projects,
           (select count(*) from ${PLACES} as r) as repositories,
           (select count(distinct l.item) from storage_rebuild_entries l join ${PLACES} as r on r.id = l.repository_id
            where l.kind = 'link' and l.value is not null) as blobs,
           (select count(*) from storage_rebuild_entries m join ${PLACES} as r on r.id = (m.value->>'repositoryId')::bigint
            where m.kind = 'manifest' and m.value is not null) as manifests,
           (select count(*) from storage_rebuild_entries t join ${PLACES} as r on r.id = t.repository_id
            where t.kind = 'tag' and t.value is not null) as tags`,
        [],
      );
      return rows[0] ?? { projects: 0, repositories: 0, blobs: 0, manifests: 0, tags: 0 };
    },

    async addPlaces() {
      const owners = await rowsOf(knex, OWNER, []);
      if (owners.length === 0) throw new RebuildRefusedError('The database has no administrator who could own the projects.');
      await run(`insert into projects (id, name, public, owner_id, created_at) overriding system value
        select item, value->>'name', (value->>'public')::boolean, (${OWNER}), (value->>'createdAt')::timestamptz
        from storage_rebuild_entries where kind = 'project' and value is not null order by item on conflict (id) do nothing`);
      await run(`insert into repositories (id, project_id, name, description, created_at) overriding system value
        select r.id, r.project_id, r.name, r.value->>'description', (r.value->>'createdAt')::timestamptz
        from ${PLACES} as r order by r.id on conflict (id) do nothing`);
    },

    blobs: (after) => blobs(knex, after),

    async addBlobs(found) {
      await rowsOf(
        knex,
        `insert into blobs (id, digest, size, storage_key, state) overriding system value
         select * from unnest(?::bigint[], ?::text[], ?::bigint[], ?::text[], ?::text[]) on conflict (id) do update set state = excluded.state`,
        [
          found.map(({ id }) => id),
          found.map(({ object }) => object.digest),
          found.map(({ object }) => object.size),
          found.map(({ object }) => object.key),
          found.map(({ damaged }) => (damaged ? 'quarantined' : 'live')),
        ],
      );
    },

    async addLinks() {
      await run(`insert into repository_blobs (repository_id, blob_id, lease_until, created_at)
        select l.repository_id, l.item, now() + ${LEASE}, (l.value->>'createdAt')::timestamptz
        from storage_rebuild_entries l join repositories r on r.id = l.repository_id join blobs b on b.id = l.item
        where l.kind = 'link' and l.value is not null order by b.digest, l.repository_id on conflict do nothing`);
    },

    manifests: (after) => manifests(knex, after),
    addManifests: (verified) => addManifests(knex, verified),

    async looseTags() {
      const rows = await plannedRowsOf<{ what: string }>(
        knex,
        `select r.name || ':' || t.name as what from storage_rebuild_entries t join ${PLACES} as r on r.id = t.repository_id
         where t.kind = 'tag' and t.value is not null and not exists (${MANIFEST_OF_TAG}) order by 1 limit 10000`,
        [],
      );
      return rows.map(({ what }) => what);
    },

    async addTags() {
      await run(`with added as (
          insert into tags (repository_id, name, manifest_id, created_at, moved_at)
          select t.repository_id, t.name, m.id, (t.value->>'createdAt')::timestamptz, (t.value->>'movedAt')::timestamptz
          from storage_rebuild_entries t join manifests m on m.repository_id = t.repository_id and m.digest = t.value->>'digest'
          where t.kind = 'tag' and t.value is not null on conflict do nothing
          returning repository_id, name, manifest_id, moved_at)
        insert into tag_history (repository_id, tag, digest, actor, moved_at)
        select a.repository_id, a.name, m.digest, 'system:rebuild', a.moved_at from added a join manifests m on m.id = a.manifest_id`);
    },

    finish: () => finish(knex),
    drop: () => drop(knex),
  };
}

const OWNER = 'select id from users where system_admin and deleted_at is null order by id limit 1';

/** What says that a rebuild is under way; a server does not start while it is there. */
async function prepare(knex: Knex, journal: string): Promise<ReadonlySet<string>> {
  return inTransaction(knex, async (transaction) => {
    const marks = await rowsOf<{ journal: string }>(
      transaction,
      `select value->>'journal' as journal from settings where name = 'rebuild' for update`,
      [],
    );
    const content = await rowsOf<{ filled: boolean }>(
      transaction,
      `select exists (select 1 from projects) or exists (select 1 from blobs) or exists (select 1 from manifest_contents) as filled`,
      [],
    );
    if (content[0]?.filled === true && marks[0]?.journal !== journal) {
      throw new RebuildRefusedError(
        'The database has content, and a rebuild begins with an empty one. Nothing was changed. Move the database directory away, or name an empty database.',
      );
    }
    if (marks[0]?.journal !== journal) await rowsOf(transaction, 'truncate storage_rebuild_entries, storage_rebuild_loaded', []);
    await rowsOf(
      transaction,
      `insert into settings (name, value) values ('rebuild', ?::jsonb) on conflict (name) do update set value = excluded.value`,
      [JSON.stringify({ journal })],
    );
    const loaded = await rowsOf<{ name: string }>(transaction, 'select name from storage_rebuild_loaded', []);
    return new Set(loaded.map(({ name }) => name));
  });
}

async function load(knex: Knex, name: string, entries: readonly JournalEntry[]): Promise<void> {
  await inTransaction(knex, async (transaction) => {
    for (let start = 0; start < entries.length; start += LOAD_ROWS) {
      const rows = entries.slice(start, start + LOAD_ROWS);
      await rowsOf(
        transaction,
        `insert into storage_rebuild_entries as e (kind, item, repository_id, name, seq, value)
         select kind, item, repository_id, name, seq, value::json
         from unnest(?::text[], ?::bigint[], ?::bigint[], ?::text[], ?::bigint[], ?::text[])
           as given (kind, item, repository_id, name, seq, value)
         on conflict (kind, repository_id, item, name) do update set seq = excluded.seq, value = excluded.value where e.seq < excluded.seq`,
        [
          rows.map(({ kind }) => kind),
          rows.map(({ item }) => item),
          rows.map(({ repositoryId }) => repositoryId),
          rows.map((row) => row.name),
          rows.map(({ seq }) => seq),
          rows.map(({ value }) => value),
        ],
      );
    }
    await rowsOf(transaction, 'insert into storage_rebuild_loaded (name) values (?) on conflict do nothing', [name]);
  });
}

/** Projects before repositories: those of a project that gives way go with it, since they were deleted before another one could have its name. */
async function settleTwins(knex: Knex): Promise<readonly string[]> {
  await plannedRowsOf(knex, 'analyze storage_rebuild_entries', []);
  return inTransaction(knex, async (transaction) => {
    const told: string[] = [];
    for (const sql of [PROJECT_TWINS, REPOSITORY_TWINS, BLOB_TWINS]) {
      told.push(...(await plannedRowsOf<{ what: string }>(transaction, sql, [])).map(({ what }) => what));
    }
    return told;
  });
}

/** `here`: id, name and seq of what lives. All of one snapshot have one number, and the later id is the newer then. */
const dropOlder = (kind: string, here: string): string => `
  with twins as (select id, name, row_number() over (partition by name order by seq desc, id desc) as place from (${here}) as here),
  dropped as (update storage_rebuild_entries e set value = null from twins where place > 1 and e.kind = '${kind}' and e.item = twins.id)
  select distinct name as what from twins where place > 1 order by 1`;

const PROJECT_TWINS = dropOlder(
  'project',
  `select item as id, value->>'name' as name, seq from storage_rebuild_entries where kind = 'project' and value is not null`,
);
const REPOSITORY_TWINS = dropOlder(
  'repository',
  `select r.id, r.name, e.seq from ${PLACES} as r join storage_rebuild_entries e on e.kind = 'repository' and e.item = r.id`,
);

/** The newer one has the object. A repository that had the older may have been linked to the newer in what could not be read. */
const BLOB_TWINS = `
  with ids as (
    select item, value->>'digest' as digest, max(seq) as seq from storage_rebuild_entries where kind = 'link' and value is not null group by 1, 2),
  twins as (
    select item, digest, first_value(item) over newest as kept, row_number() over newest as place from ids
    window newest as (partition by digest order by seq desc, item desc)),
  older as (select * from twins where place > 1),
  moved as (
    insert into storage_rebuild_entries (kind, item, repository_id, name, seq, value)
    select 'link', o.kept, l.repository_id, '', min(l.seq), (array_agg(k.value))[1]
    from older o join storage_rebuild_entries l on l.kind = 'link' and l.item = o.item and l.value is not null
    join lateral (select value from storage_rebuild_entries where kind = 'link' and item = o.kept and value is not null
      order by seq desc limit 1) k on true
    group by 2, 3 on conflict do nothing),
  dropped as (update storage_rebuild_entries e set value = null from older o where e.kind = 'link' and e.item = o.item)
  select distinct digest as what from older order by 1`;

/** A blob that was healed has entries of its own: the newest of all that tell of it is right. */
async function blobs(knex: Knex, after: number): Promise<readonly RememberedBlob[]> {
  const rows = await plannedRowsOf<{ id: number; value: { digest: Digest; size: number; key: StorageKey } }>(
    knex,
    `select distinct on (l.item) l.item as id, (
       select v.value from storage_rebuild_entries v where v.kind in ('link', 'blob') and v.item = l.item and v.value is not null
       order by v.seq desc limit 1) as value
     from storage_rebuild_entries l join ${PLACES} as r on r.id = l.repository_id
     where l.kind = 'link' and l.value is not null and l.item > ? order by l.item limit ${BLOB_PAGE}`,
    [after],
  );
  return rows.map(({ id, value: { key, digest, size } }) => ({ id, object: { key, digest, size } }));
}

async function manifests(knex: Knex, after: number): Promise<readonly RememberedManifest[]> {
  const rows = await plannedRowsOf<{
    id: number;
    repository: string;
    value: { repositoryId: number; digest: Digest; mediaType: string; bytes: string };
  }>(
    knex,
    `select id, repository, value from (
       select page.*, sum(size) over (order by id) as total from (
         select m.item as id, r.name as repository, m.value, octet_length(m.value::text) as size
         from storage_rebuild_entries m join ${PLACES} as r on r.id = (m.value->>'repositoryId')::bigint
         where m.kind = 'manifest' and m.value is not null and m.item > ? order by m.item limit ${MANIFEST_PAGE}) as page) as counted
     where total - size < ${PAGE_BYTES} order by id`,
    [after],
  );
  return rows.map(({ id, repository, value: { bytes, ...rest } }) => ({ id, repository, ...rest, bytes: Buffer.from(bytes, 'latin1') }));
}

/** The next server begins another generation of the journal: the changes that the rebuild itself made are told by its first snapshot. */
async function finish(knex: Knex): Promise<void> {
  await inTransaction(knex, async (transaction) => {
    for (const table of ['projects', 'repositories', 'blobs', 'manifests']) {
      await rowsOf(transaction, `select setval(pg_get_serial_sequence('${table}', 'id'), greatest((select max(id) from ${table}), 1))`, []);
    }
    await rowsOf(transaction, 'truncate storage_changes, storage_rebuild_entries, storage_rebuild_loaded', []);
    await rowsOf(transaction, 'delete from storage_journal', []);
    await rowsOf(transaction, `delete from settings where name = 'rebuild'`, []);
  });
}

async function drop(knex: Knex): Promise<void> {
  await inTransaction(knex, async (transaction) => {
    await rowsOf(transaction, 'truncate storage_rebuild_entries, storage_rebuild_loaded', []);
    await rowsOf(transaction, `delete from settings where name = 'rebuild'`, []);
  });
}
