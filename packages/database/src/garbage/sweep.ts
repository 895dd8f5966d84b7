import type { GarbagePolicy, SweepPosition, SweptPage } from '@berth/registry';
import type { Knex } from 'knex';
import { inTransaction, rowsOf } from '../transactions.ts';
import { UNREFERENCED } from './garbage-sql.ts';
import { sweepManifests } from './untagged-manifests.ts';

export interface SweepRequest {
  readonly position: SweepPosition;
  readonly limit: number;
  readonly policy: GarbagePolicy;
}

/** One page. The stages follow each other so that what the first lets go is found by the next. */
export async function sweep(knex: Knex, request: SweepRequest): Promise<SweptPage> {
  switch (request.position.stage) {
    case 'manifests':
      return sweepManifests(knex, request);
    case 'links':
      return sweepLinks(knex, request);
    case 'blobs':
      return sweepBlobs(knex, request);
    case 'contents':
      return sweepContents(knex, request);
  }
}

interface Swept {
  readonly seen: number;
  readonly last_first: number | null;
  readonly last_second: number | null;
  readonly queued: number;
}

/** Where the page ended; what nothing had queued is queued. Collection itself decides. */
const PAGE_END = `
  select (select count(*)::integer from page) as seen, (select count(*)::integer from queued) as queued`;

async function sweepLinks(knex: Knex, { position, limit }: SweepRequest): Promise<SweptPage> {
  const rows = await rowsOf<Swept>(
    knex,
    `with page as (
       select repository_id, blob_id, lease_until from repository_blobs
       where (repository_id, blob_id) > (?::bigint, ?::bigint) order by repository_id, blob_id limit ?),
     queued as (
       insert into garbage_candidates (blob_id)
       select distinct l.blob_id from page l join blobs b on b.id = l.blob_id
       where l.lease_until < now() and ${UNREFERENCED}
         and not exists (select 1 from garbage_candidates c where c.blob_id = l.blob_id)
       returning 1)
     ${PAGE_END},
       (select repository_id from page order by repository_id desc, blob_id desc limit 1) as last_first,
       (select blob_id from page order by repository_id desc, blob_id desc limit 1) as last_second`,
    [...position.after, limit],
  );
  return swept(rows[0], limit, { here: 'links', then: 'blobs' });
}

/** Blobs without any link: no deletion of ours leaves one, unless the trash held it. */
async function sweepBlobs(knex: Knex, { position, limit }: SweepRequest): Promise<SweptPage> {
  const rows = await rowsOf<Swept>(
    knex,
    `with page as (select id from blobs where id > ?::bigint order by id limit ?),
     queued as (
       insert into garbage_candidates (blob_id)
       select p.id from page p
       where not exists (select 1 from repository_blobs l where l.blob_id = p.id)
         and not exists (select 1 from trash_blobs t where t.blob_id = p.id)
         and not exists (select 1 from garbage_candidates c where c.blob_id = p.id)
       returning 1)
     ${PAGE_END}, (select max(id) from page) as last_first, 0::bigint as last_second`,
    [position.after[0], limit],
  );
  return swept(rows[0], limit, { here: 'blobs', then: 'contents' });
}

/** Bytes of manifests that no repository and no trash has, left where a trash entry was dropped. */
async function sweepContents(knex: Knex, { position, limit }: SweepRequest): Promise<SweptPage> {
  const unused = `not exists (select 1 from manifests m where m.content_id = c.id)
    and not exists (select 1 from trash_contents t where t.content_id = c.id)`;
  return inTransaction(knex, async (transaction) => {
    const page = await rowsOf<{ id: number; unused: boolean }>(
      transaction,
      `select c.id, ${unused} as unused from manifest_contents c where c.id > ?::bigint order by c.id limit ?`,
      [position.after[0], limit],
    );
    const ids = page.filter((content) => content.unused).map(({ id }) => id);
    if (ids.length > 0) {
      const locked = await rowsOf<{ id: number }>(
        transaction,
        'select id from manifest_contents where id = any(?::bigint[]) order by digest for update skip locked',
        [ids],
      );
      await rowsOf(transaction, `delete from manifest_contents c where c.id = any(?::bigint[]) and ${unused}`, [
        locked.map(({ id }) => id),
      ]);
    }
    const last = page.at(-1);
    const next = last !== undefined && page.length === limit ? { stage: 'contents' as const, after: [last.id, 0] as const } : undefined;
    return { next, queued: 0, manifests: [] };
  });
}

function swept(page: Swept | undefined, limit: number, stages: Record<'here' | 'then', SweepPosition['stage']>): SweptPage {
  if (page === undefined) throw new Error('The sweep got no answer from the database.');
  const goesOn = page.seen === limit && page.last_first !== null;
  const next: SweepPosition = goesOn
    ? { stage: stages.here, after: [page.last_first, page.last_second ?? 0] }
    : { stage: stages.then, after: [0, 0] };
  return { next, queued: page.queued, manifests: [] };
}
