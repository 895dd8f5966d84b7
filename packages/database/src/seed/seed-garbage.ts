import type { StoredObject } from '@berth/registry';
import type { Knex } from 'knex';
import { inTransaction, plannedRowsOf } from '../transactions.ts';

export interface GarbageSeed {
  readonly blobs: number;
  /** Stores the next object: small, and unlike every other one. */
  store(): Promise<StoredObject>;
  /** Told after each piece: blobs so far. */
  progress?(blobs: number): void;
}

const PROJECT = 'seed-garbage';
const REPOSITORY = `${PROJECT}/blobs`;
const CHUNK = 1000;
/** Storing waits for the disk or the network, so many at once take little longer than one. */
const AT_ONCE = 64;

/** Fills a development registry with blobs that nothing needs, bytes and rows, queued for collection: to measure collection with. */
export async function seedGarbage(knex: Knex, { blobs, store, progress }: GarbageSeed): Promise<void> {
  await place(knex);
  for (let made = 0; made < blobs; ) {
    const objects = await storeMany(Math.min(CHUNK, blobs - made), store);
    await inTransaction(knex, (transaction) => record(transaction, objects));
    made += objects.length;
    progress?.(made);
  }
  for (const table of ['blobs', 'repository_blobs', 'garbage_candidates', 'project_blobs'])
    await plannedRowsOf(knex, `vacuum analyze ${table}`, []);
}

async function storeMany(count: number, store: () => Promise<StoredObject>): Promise<readonly StoredObject[]> {
  const objects: StoredObject[] = [];
  let left = count;
  const work = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      objects.push(await store());
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return objects;
}

async function place(knex: Knex): Promise<void> {
  await plannedRowsOf(
    knex,
    `insert into projects (name, public, owner_id) select ?, false, (select min(id) from users where deleted_at is null)
     where not exists (select 1 from projects where name = ? and deleted_at is null)`,
    [PROJECT, PROJECT],
  );
  await plannedRowsOf(
    knex,
    `insert into repositories (project_id, name) select p.id, ? from projects p where p.name = ? and p.deleted_at is null
       and not exists (select 1 from repositories where name = ? and deleted_at is null)`,
    [REPOSITORY, PROJECT, REPOSITORY],
  );
}

/** As if all had been uploaded days ago, and never used. */
async function record(transaction: Knex, objects: readonly StoredObject[]): Promise<void> {
  const ordered = [...objects].sort((a, b) => (a.digest < b.digest ? -1 : 1));
  await plannedRowsOf(
    transaction,
    `with added as (
       insert into blobs (digest, size, storage_key) select * from unnest(?::text[], ?::bigint[], ?::text[]) returning id),
     linked as (
       insert into repository_blobs (repository_id, blob_id, lease_until)
       select r.id, a.id, now() - interval '3 days' from added a, repositories r where r.name = ? and r.deleted_at is null order by a.id returning blob_id)
     insert into garbage_candidates (blob_id) select blob_id from linked`,
    [ordered.map(({ digest }) => digest), ordered.map(({ size }) => size), ordered.map(({ key }) => key), REPOSITORY],
  );
}
