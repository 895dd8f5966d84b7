import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';

/** What a list shows, kept in the address: the page, the filter as it was typed, the order as the API writes it. */
export interface ListSearch {
  readonly page?: number;
  readonly filter?: string;
  readonly sort?: string;
}

const MAX_FILTER = 200;

/** Reads the address; what makes no sense is as if it was not there. */
export function parseListSearch(search: Record<string, unknown>): ListSearch {
  const page = Number(search['page']);
  const { filter, sort } = search;
  return {
    ...(Number.isInteger(page) && page > 1 && page <= 1_000_000 ? { page } : {}),
    ...(isText(filter) ? { filter: String(filter).slice(0, MAX_FILTER) } : {}),
    ...(typeof sort === 'string' && /^-?[a-z_]{1,32}$/.test(sort) ? { sort } : {}),
  };
}

/** A filter of digits comes back from the address as a number. */
function isText(value: unknown): boolean {
  return (typeof value === 'string' && value !== '') || typeof value === 'number';
}

export interface ListState {
  readonly page: number;
  readonly filter: string;
  readonly sort: string;
  /** Another filter or order starts on the first page. */
  change(change: { readonly page?: number; readonly filter?: string; readonly sort?: string }): void;
}

export function useListState(defaultSort: string): ListState {
  const search: ListSearch = useSearch({ strict: false });
  const navigate = useNavigate();
  const change = useCallback(
    (wanted: { page?: number; filter?: string; sort?: string }) => {
      void navigate({
        to: '.',
        replace: wanted.filter !== undefined,
        search: (old: ListSearch) => {
          const next = { ...old, page: undefined, ...wanted };
          const { page: _page, filter: _filter, sort: _sort, ...others } = next;
          return { ...others, ...parseListSearch({ ...next, sort: next.sort === defaultSort ? undefined : next.sort }) };
        },
      } as never);
    },
    [navigate, defaultSort],
  );
  return { page: search.page ?? 1, filter: search.filter ?? '', sort: search.sort ?? defaultSort, change };
}

/** A value inside `q=`: commas and the like would end it. */
export function conditionValue(text: string): string {
  return text.replace(/[,=~()[\]{}|]/g, ' ').trim();
}
