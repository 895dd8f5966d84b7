import { Skeleton } from '@mantine/core';
import { useWindowVirtualizer, type VirtualItem } from '@tanstack/react-virtual';
import { type ReactNode, type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { Cells, type Column, TableHead } from './data-table.tsx';
import classes from './data-table.module.css';
import type { Endless } from './use-endless.ts';

export interface EndlessTableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly list: Endless<Row>;
  readonly rowKey: (row: Row) => string;
  /** `name` or `-name`. */
  readonly sort: string;
  readonly onSort: (sort: string) => void;
}

/** Pixels of a row before it was seen: in a table, and as a card on a narrow screen. */
const [ROW_HEIGHT, CARD_HEIGHT] = [45, 196];
/** Rows above and below the window that are there already when one scrolls to them. */
const OVERSCAN = 15;

/** A table of any length that scrolls with the page: only the rows around what is seen are in the document, the others leave their height. */
export function EndlessTable<Row>({ label, columns, list, rowKey, sort, onSort }: EndlessTableProps<Row>): ReactNode {
  const body = useRef<HTMLTableSectionElement>(null);
  const { total, show, rowAt } = list;
  const virtualizer = useWindowVirtualizer<HTMLTableRowElement>({
    count: total,
    estimateSize: () => (window.matchMedia('(max-width: 48em)').matches ? CARD_HEIGHT : ROW_HEIGHT),
    overscan: OVERSCAN,
    scrollMargin: useDistanceToTop(body),
  });
  const items = virtualizer.getVirtualItems();
  const [first, last] = [items[0], items[items.length - 1]];
  const [top, bottom] = [first?.index ?? 0, last?.index ?? 0];
  useEffect(() => show(top, bottom), [show, top, bottom]);
  const keyOf = uniqueKeys(items, (index) => {
    const row = rowAt(index);
    return row === undefined ? undefined : rowKey(row);
  });
  return (
    <div className={classes['frame']}>
      <table className={classes['fixed']} aria-label={label} role="table" aria-rowcount={total + 1}>
        <TableHead columns={columns} sort={sort} onSort={onSort} />
        <Space height={first === undefined ? 0 : first.start - virtualizer.options.scrollMargin} />
        <tbody role="rowgroup" ref={body}>
          {items.map(({ index }) => {
            const row = rowAt(index);
            return (
              <tr key={keyOf(index)} role="row" aria-rowindex={index + 2} data-index={index} ref={virtualizer.measureElement}>
                {row === undefined ? <Coming columns={columns.length} /> : <Cells columns={columns} row={row} />}
              </tr>
            );
          })}
        </tbody>
        <Space height={last === undefined ? 0 : virtualizer.getTotalSize() - (last.end - virtualizer.options.scrollMargin)} />
      </table>
    </div>
  );
}

/** The height of rows that are not in the document. */
function Space({ height }: { readonly height: number }): ReactNode {
  if (height <= 0) return null;
  return (
    <tbody aria-hidden="true" className={classes['space']}>
      <tr className={classes['space']}>
        <td style={{ height }} />
      </tr>
    </tbody>
  );
}

function Coming({ columns }: { readonly columns: number }): ReactNode {
  return (
    <td role="cell" colSpan={columns}>
      <Skeleton height={28} />
    </td>
  );
}

/** From the top of the document to the first row: what stands above the table comes and goes. */
function useDistanceToTop(body: RefObject<HTMLTableSectionElement | null>): number {
  const [distance, setDistance] = useState(0);
  useLayoutEffect(() => {
    const table = body.current?.closest('table');
    const head = table?.tHead;
    if (table === undefined || table === null) return;
    const above = table.getBoundingClientRect().top + window.scrollY + (head?.getBoundingClientRect().height ?? 0);
    if (Math.abs(above - distance) > 1) setDistance(above);
  });
  return distance;
}

/** By name, so that an open dialog stays with its row when others come above it; a row that two pages have for a moment goes by its place. */
function uniqueKeys(items: readonly VirtualItem[], nameOf: (index: number) => string | undefined): (index: number) => string {
  const keys = new Map<number, string>();
  const seen = new Set<string>();
  for (const { index } of items) {
    const name = nameOf(index);
    keys.set(index, name === undefined || seen.has(name) ? `#${index}` : name);
    if (name !== undefined) seen.add(name);
  }
  return (index) => keys.get(index) ?? `#${index}`;
}
