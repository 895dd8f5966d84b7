import { keepPreviousData, type QueryKey, type UseQueryResult, useQueries, useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { ListPage } from '../api/fetcher.ts';

/** Who drags the bar across thousands of rows does not want the pages between: they are asked for where he stops. */
const STILL_MS = 60;

export interface EndlessWanted<Row> {
  readonly key: QueryKey;
  readonly pageSize: number;
  /** A page, from 1. */
  readonly read: (page: number, signal: AbortSignal) => Promise<ListPage<Row>>;
  /** How often what is looked at is read anew. */
  readonly lookAgainMs: number;
}

/** A list of the server as one: whatever part of it is looked at. */
export interface Endless<Row> {
  /** The first page: whether there is a list at all. */
  readonly first: UseQueryResult<ListPage<Row>>;
  readonly total: number;
  /** Undefined for what is still on its way. */
  readonly rowAt: (index: number) => Row | undefined;
  /** Tells which rows are looked at, the last one included. */
  readonly show: (first: number, last: number) => void;
}

/** Gets the pages that are looked at, and those beside them before they are. */
export function useEndless<Row>({ key, pageSize, read, lookAgainMs }: EndlessWanted<Row>): Endless<Row> {
  const query = (page: number) => ({
    queryKey: [...key, page],
    queryFn: ({ signal }: { readonly signal: AbortSignal }) => read(page, signal),
    refetchInterval: lookAgainMs,
  });
  const [shown, setShown] = useState({ from: 1, to: 1 });
  const first = useQuery({ ...query(1), placeholderData: keepPreviousData });
  const total = first.data?.total ?? 0;
  const pages = pagesBetween(shown.from, Math.min(shown.to, Math.ceil(total / pageSize)));
  // No placeholder: the rows of another page would stand in the wrong place.
  const others = useQueries({ queries: pages.map((page) => query(page)) });
  const loaded = new Map(pages.map((page, index) => [page, others[index]?.data?.items]));
  loaded.set(1, first.data?.items);
  const now = useRef(shown);
  const timer = useRef<number>(undefined);
  const show = useCallback(
    (top: number, bottom: number) => {
      const wanted = pagesAround(top, bottom, pageSize);
      const isJump = wanted.from > now.current.to + 1 || wanted.to < now.current.from - 1;
      window.clearTimeout(timer.current);
      const turn = (): void => {
        now.current = wanted;
        setShown((old) => (old.from === wanted.from && old.to === wanted.to ? old : wanted));
      };
      if (isJump) timer.current = window.setTimeout(turn, STILL_MS);
      else turn();
    },
    [pageSize],
  );
  useEffect(() => () => window.clearTimeout(timer.current), []);
  return { first, total, show, rowAt: (index) => loaded.get(Math.floor(index / pageSize) + 1)?.[index % pageSize] };
}

/** The pages of the rows from `top` to `bottom`, and of half a page more on either side. */
export function pagesAround(top: number, bottom: number, pageSize: number): { from: number; to: number } {
  const margin = pageSize / 2;
  return { from: Math.floor(Math.max(0, top - margin) / pageSize) + 1, to: Math.floor((bottom + margin) / pageSize) + 1 };
}

/** The first is asked for by itself. */
function pagesBetween(from: number, to: number): readonly number[] {
  const start = Math.max(2, from);
  return Array.from({ length: Math.max(0, to - start + 1) }, (_, index) => start + index);
}
