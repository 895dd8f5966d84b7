import { IconArrowDown, IconArrowsSort, IconArrowUp } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useText } from '../i18n/i18n.ts';
import classes from './data-table.module.css';

export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  readonly cell: (row: Row) => ReactNode;
  /** Name by which the API sorts; without one the column does not sort. */
  readonly sort?: string;
  /** Numbers stand under each other. */
  readonly numeric?: boolean;
  /** The heading is for screen readers only, such as over buttons. */
  readonly quietTitle?: boolean;
  /** On a narrow screen it stands in the upper right corner of its card: small things only. */
  readonly corner?: boolean;
  /** In pixels, in a table of which not all rows are there to find it from; without one the column takes what is left. */
  readonly width?: number;
}

export interface DataTableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string | number;
  /** `name` or `-name`. */
  readonly sort?: string;
  readonly onSort?: (sort: string) => void;
}

/** A table that turns into cards where the screen is narrow. Order and paging are the server's. */
export function DataTable<Row>({ label, columns, rows, rowKey, sort, onSort }: DataTableProps<Row>): ReactNode {
  return (
    <div className={classes['frame']}>
      <table className={classes['table']} aria-label={label} role="table">
        <TableHead columns={columns} sort={sort} onSort={onSort} />
        <tbody role="rowgroup">
          {rows.map((row) => (
            <tr key={rowKey(row)} role="row">
              <Cells columns={columns} row={row} />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface TableHeadProps<Row> {
  readonly columns: readonly Column<Row>[];
  readonly sort: string | undefined;
  readonly onSort: ((sort: string) => void) | undefined;
}

export function TableHead<Row>({ columns, sort, onSort }: TableHeadProps<Row>): ReactNode {
  return (
    <thead role="rowgroup">
      <tr role="row">
        {columns.map((column) => (
          <th
            key={column.key}
            role="columnheader"
            scope="col"
            className={cellClass(column)}
            style={{ width: column.width }}
            {...ariaSort(column.sort, sort)}
          >
            <Heading column={column} sort={sort} onSort={onSort} />
          </th>
        ))}
      </tr>
    </thead>
  );
}

/** The cells of one row. */
export function Cells<Row>({ columns, row }: { readonly columns: readonly Column<Row>[]; readonly row: Row }): ReactNode {
  return columns.map((column) => (
    <td key={column.key} role="cell" data-label={column.quietTitle === true ? undefined : column.title} className={cellClass(column)}>
      {column.cell(row)}
    </td>
  ));
}

function cellClass({ numeric, corner }: { readonly numeric?: boolean; readonly corner?: boolean }): string | undefined {
  if (corner === true) return classes['corner'];
  return numeric === true ? classes['numeric'] : undefined;
}

function ariaSort(field: string | undefined, sort: string | undefined): { 'aria-sort'?: 'ascending' | 'descending' } {
  if (field === undefined || sort === undefined) return {};
  if (sort === field) return { 'aria-sort': 'ascending' };
  return sort === `-${field}` ? { 'aria-sort': 'descending' } : {};
}

interface HeadingProps<Row> {
  readonly column: Column<Row>;
  readonly sort: string | undefined;
  readonly onSort: ((sort: string) => void) | undefined;
}

function Heading<Row>({ column, sort, onSort }: HeadingProps<Row>): ReactNode {
  const { t } = useText();
  const field = column.sort;
  if (field === undefined || onSort === undefined) {
    return column.quietTitle === true ? <span className={classes['quiet']}>{column.title}</span> : column.title;
  }
  const Icon = sort === field ? IconArrowUp : sort === `-${field}` ? IconArrowDown : IconArrowsSort;
  return (
    <button
      type="button"
      className={classes['sort']}
      title={t('list.sortBy', { column: column.title })}
      onClick={() => onSort(sort === field ? `-${field}` : field)}
    >
      {column.title}
      <Icon size={14} aria-hidden className={sort === field || sort === `-${field}` ? '' : classes['idle']} />
    </button>
  );
}
