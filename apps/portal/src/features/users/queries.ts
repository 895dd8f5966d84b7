import { user } from '@berth/api-contract';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import { change, getPage } from '../../shared/api/fetcher.ts';
import { conditionValue } from '../../shared/list/list-search.ts';
import { PAGE_SIZE } from '../../shared/list/list-view.tsx';

export type User = z.output<typeof user>;
export const USERS_KEY = ['users'] as const;

export const usersQuery = ({ page, filter, sort }: { readonly page: number; readonly filter: string; readonly sort: string }) =>
  queryOptions({
    queryKey: [...USERS_KEY, 'list', { page, filter, sort }],
    queryFn: ({ signal }) => {
      const part = conditionValue(filter);
      return getPage('/users', user, {
        query: { page, page_size: PAGE_SIZE, sort, q: part === '' ? undefined : `username=~${part}` },
        signal,
      });
    },
    placeholderData: keepPreviousData,
  });

export interface NewUser {
  readonly username: string;
  readonly email: string;
  readonly realname: string;
  readonly comment: string;
  readonly password: string;
}

export const createUser = (wanted: NewUser) => change('POST', '/users', wanted);
export const setAdmin = (userId: number, isAdmin: boolean) => change('PUT', `/users/${userId}/sysadmin`, { sysadmin_flag: isAdmin });
export const setPassword = (userId: number, password: string) => change('PUT', `/users/${userId}/password`, { new_password: password });
export const deleteUser = (userId: number) => change('DELETE', `/users/${userId}`);
