import { Group, Stack } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { ListPage } from '../api/fetcher.ts';
import { EmptyState, type EmptyStateProps, ErrorState, LoadingState, NoMatch } from '../ui/states.tsx';
import { type Column, DataTable } from './data-table.tsx';
import { FilterField } from './filter-field.tsx';
import type { ListState } from './list-search.ts';
import { Pager } from './pager.tsx';

export const PAGE_SIZE = 25;

export interface ListViewProps<Row> {
  readonly label: string;
  readonly query: UseQueryResult<ListPage<Row>>;
  readonly state: ListState;
  readonly columns: readonly Column<Row>[];
  readonly rowKey: (row: Row) => string | number;
  /** Label of the filter; without one the list has none. */
  readonly filterLabel?: string;
  /** Beside the filter. */
  readonly tools?: ReactNode;
  /** Is something beside the typed filter narrowing the list? */
  readonly narrowed?: boolean;
  /** Takes away what narrows the list beside the typed filter, too. */
  readonly onClear?: () => void;
  /** Shown when there is nothing and nothing was filtered. */
  readonly empty: EmptyStateProps;
  /** Instead of a table by pages. */
  readonly table?: ReactNode;
}

/** A list of the server: filter, table, pages, and each of its states. */
export function ListView<Row>(props: ListViewProps<Row>): ReactNode {
  const { query, state, filterLabel, tools, empty, narrowed = false } = props;
  const isEmpty = query.data?.total === 0 && state.filter === '' && !narrowed && state.page === 1;
  return (
    <Stack gap="sm">
      {isEmpty || (filterLabel === undefined && tools === undefined) ? null : (
        <Group gap="sm">
          {filterLabel === undefined ? null : (
            <FilterField value={state.filter} label={filterLabel} onChange={(filter) => state.change({ filter })} />
          )}
          {tools}
        </Group>
      )}
      {isEmpty ? <EmptyState {...empty} /> : <Rows {...props} />}
    </Stack>
  );
}

function Rows<Row>({ label, query, state, columns, rowKey, onClear, table }: ListViewProps<Row>): ReactNode {
  if (query.isPending) return <LoadingState />;
  if (query.isError && query.data === undefined) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  const { items, total } = query.data as ListPage<Row>;
  if (items.length === 0) return <NoMatch onClear={() => (onClear === undefined ? state.change({ filter: '', page: 1 }) : onClear())} />;
  return (
    <>
      {query.isError ? <ErrorState error={query.error} onRetry={() => void query.refetch()} /> : null}
      {table ?? (
        <>
          <DataTable
            label={label}
            columns={columns}
            rows={items}
            rowKey={rowKey}
            sort={state.sort}
            onSort={(sort) => state.change({ sort })}
          />
          <Pager page={state.page} total={total} pageSize={PAGE_SIZE} onPage={(page) => state.change({ page })} />
        </>
      )}
    </>
  );
}
