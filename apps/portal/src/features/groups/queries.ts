import { userGroup, userSearchItem } from '@berth/api-contract';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import { change, getOne, getPage } from '../../shared/api/fetcher.ts';
import { PAGE_SIZE } from '../../shared/list/list-view.tsx';

export type Group = z.output<typeof userGroup>;
export type GroupMember = z.output<typeof userSearchItem>;

export const GROUPS_KEY = ['groups'] as const;

export const groupsQuery = ({ page, filter }: { readonly page: number; readonly filter: string }) =>
  queryOptions({
    queryKey: [...GROUPS_KEY, 'list', { page, filter }],
    queryFn: ({ signal }) =>
      getPage('/usergroups', userGroup, { query: { page, page_size: PAGE_SIZE, group_name: filter.trim() }, signal }),
    placeholderData: keepPreviousData,
  });

export const groupQuery = (id: string) =>
  queryOptions({
    queryKey: [...GROUPS_KEY, 'one', id],
    queryFn: ({ signal }) => getOne(path(id), userGroup, { signal }),
  });

export const groupMembersQuery = (id: string, page: number) =>
  queryOptions({
    queryKey: [...GROUPS_KEY, 'members', id, page],
    queryFn: ({ signal }) => getPage(`${path(id)}/members`, userSearchItem, { query: { page, page_size: PAGE_SIZE }, signal }),
    placeholderData: keepPreviousData,
  });

export const createGroup = (name: string) => change('POST', '/usergroups', { group_name: name });
export const renameGroup = (id: number, name: string) => change('PUT', path(id), { group_name: name });
export const deleteGroup = (id: number) => change('DELETE', path(id));
export const addToGroup = (id: number, username: string) => change('POST', `${path(id)}/members`, { username });
export const takeFromGroup = (id: number, userId: number) => change('DELETE', `${path(id)}/members/${userId}`);

function path(id: string | number): string {
  return `/usergroups/${encodeURIComponent(id)}`;
}
