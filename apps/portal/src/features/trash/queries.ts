import { trashEntry } from '@berth/api-contract';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import { change, getPage } from '../../shared/api/fetcher.ts';
import { conditionValue } from '../../shared/list/list-search.ts';
import { PAGE_SIZE } from '../../shared/list/list-view.tsx';

export type TrashEntry = z.output<typeof trashEntry>;

/** A project's name, or undefined for the trash of the whole registry. */
export type TrashOf = string | undefined;

export const trashQuery = (of: TrashOf, { page, filter }: { readonly page: number; readonly filter: string }) =>
  queryOptions({
    queryKey: ['trash', of, { page, filter }],
    queryFn: ({ signal }) => {
      const part = conditionValue(filter);
      return getPage(path(of), trashEntry, { query: { page, page_size: PAGE_SIZE, q: part === '' ? undefined : `name=~${part}` }, signal });
    },
    placeholderData: keepPreviousData,
  });

export const restore = (of: TrashOf, id: number) => change('POST', `${path(of)}/${id}/restore`);
export const purge = (of: TrashOf, id: number) => change('DELETE', `${path(of)}/${id}`);

function path(of: TrashOf): string {
  return of === undefined ? '/trash' : `/projects/${encodeURIComponent(of)}/trash`;
}
