import type { Page, PageRequest, SortKey } from '@berth/access';
import type { Knex } from 'knex';
import { listedRowsOf } from '../list-places.ts';

export interface Listing {
  /** What a row shows. */
  readonly select: string;
  /** Tables and conditions, shared by the page and its count. */
  readonly from: string;
  readonly bindings: readonly unknown[];
  /** Field of the port -> SQL expression. No other field can be sorted by. */
  readonly sortable: Readonly<Record<string, string>>;
  /** Makes every order complete, so that pages neither repeat nor skip rows. */
  readonly tieBreak: string;
  readonly defaultSort: readonly SortKey[];
}

const MAX_PAGE_SIZE = 100;
/** Beyond this there is nothing to list; it keeps the number inside what Postgres takes. */
const MAX_OFFSET = 1_000_000_000;

/** A page and the total in two statements, whatever the size of the table. */
export async function readPage<Row, Item>(
  knex: Knex,
  listing: Listing & { toItem(row: Row): Item },
  request: PageRequest,
): Promise<Page<Item>> {
  const size = Math.min(Math.max(request.pageSize, 1), MAX_PAGE_SIZE);
  const [rows, totals] = await Promise.all([
    listedRowsOf<Row>(knex, `select ${listing.select} from ${listing.from} order by ${orderOf(listing, request)} limit ? offset ?`, [
      ...listing.bindings,
      size,
      Math.min((Math.max(request.page, 1) - 1) * size, MAX_OFFSET),
    ]),
    listedRowsOf<{ total: number }>(knex, `select count(*) as total from ${listing.from}`, listing.bindings),
  ]);
  return { items: rows.map((row) => listing.toItem(row)), total: totals[0]?.total ?? 0 };
}

function orderOf({ sortable, tieBreak, defaultSort }: Listing, { sort }: PageRequest): string {
  const keys = sort === undefined || sort.length === 0 ? defaultSort : sort;
  const terms = keys.map(({ field, descending }) => {
    const expression = Object.hasOwn(sortable, field) ? sortable[field] : undefined;
    if (expression === undefined) throw new RangeError(`This list cannot be sorted by "${field}".`);
    return `${expression} ${descending ? 'desc' : 'asc'}`;
  });
  return [...terms, tieBreak].join(', ');
}
