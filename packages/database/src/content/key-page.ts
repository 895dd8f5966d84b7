import type { ContentPageRequest } from '@berth/registry';
import type { Knex } from 'knex';
import { listedRowsOf } from '../list-places.ts';

export interface KeyListing {
  /** SQL of the key that finds a row again. */
  readonly key: string;
  /** Tables and conditions, shared by the page and its count. */
  readonly from: string;
  readonly bindings: readonly unknown[];
  /** Field of the port -> SQL expression. No other field can be sorted by. */
  readonly sortable: Readonly<Record<string, string>>;
  /** Fields that may be null; those come last in both directions. */
  readonly nullable?: readonly string[];
  readonly defaultSort: NonNullable<ContentPageRequest['sort']>;
  /** Makes every order complete, so that pages neither repeat nor skip rows. */
  readonly tieBreak: string;
  /** A cheaper statement for the total than counting `from`. */
  readonly count?: { readonly sql: string; readonly bindings: readonly unknown[] };
}

const MAX_PAGE_SIZE = 100;
/** Beyond this there is nothing to list; it keeps the number inside what Postgres takes. */
const MAX_OFFSET = 1_000_000_000;

/**
 * The keys of one page, in order, and the total: two statements. What a row shows is read afterwards for the keys only, so that rows which
 * a late page skips cost no more than their place in an index.
 */
export async function readKeys<Key>(
  knex: Knex,
  listing: KeyListing,
  request: ContentPageRequest,
): Promise<{ keys: readonly Key[]; total: number }> {
  const size = Math.min(Math.max(request.pageSize, 1), MAX_PAGE_SIZE);
  const offset = Math.min((Math.max(request.page, 1) - 1) * size, MAX_OFFSET);
  const count = listing.count ?? { sql: `select count(*) as total from ${listing.from}`, bindings: listing.bindings };
  const [rows, totals] = await Promise.all([
    listedRowsOf<{ key: Key }>(
      knex,
      `select ${listing.key} as key from ${listing.from} order by ${orderOf(listing, request)} limit ? offset ?`,
      [...listing.bindings, size, offset],
    ),
    listedRowsOf<{ total: number }>(knex, count.sql, count.bindings),
  ]);
  return { keys: rows.map(({ key }) => key), total: totals[0]?.total ?? 0 };
}

/** The tie-break runs in the direction of the last key, so that one index serves both directions. */
function orderOf({ sortable, nullable = [], tieBreak, defaultSort }: KeyListing, { sort }: ContentPageRequest): string {
  const keys = sort === undefined || sort.length === 0 ? defaultSort : sort;
  const terms = keys.map(({ field, descending }) => {
    const expression = Object.hasOwn(sortable, field) ? sortable[field] : undefined;
    if (expression === undefined) throw new RangeError(`This list cannot be sorted by "${field}".`);
    return `${expression} ${descending ? 'desc' : 'asc'}${nullable.includes(field) ? ' nulls last' : ''}`;
  });
  return [...terms, `${tieBreak} ${keys.at(-1)?.descending === true ? 'desc' : 'asc'}`].join(', ');
}

/** `items` in the order of `keys`; what went away since the keys were read is left out. */
export function inOrder<Key, Item>(keys: readonly Key[], items: ReadonlyMap<Key, Item>): readonly Item[] {
  return keys.flatMap((key) => {
    const item = items.get(key);
    return item === undefined ? [] : [item];
  });
}
