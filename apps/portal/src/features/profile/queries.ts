import { accessToken, accessTokenCreated } from '@berth/api-contract';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import { change, getPage } from '../../shared/api/fetcher.ts';
import { PAGE_SIZE } from '../../shared/list/list-view.tsx';

export type AccessToken = z.output<typeof accessToken>;
export const TOKENS_KEY = ['tokens'] as const;

export const tokensQuery = (page: number) =>
  queryOptions({
    queryKey: [...TOKENS_KEY, page],
    queryFn: ({ signal }) => getPage('/users/current/tokens', accessToken, { query: { page, page_size: PAGE_SIZE }, signal }),
    placeholderData: keepPreviousData,
  });

/** `days` -1: for ever. Answers the secret, which is told once. */
export async function createToken(name: string, days: number): Promise<string> {
  const { body } = await change('POST', '/users/current/tokens', { name, duration: days });
  return accessTokenCreated.parse(body).secret;
}

export const revokeToken = (id: number) => change('DELETE', `/users/current/tokens/${id}`);

export interface ProfileText {
  readonly email: string;
  readonly realname: string;
  readonly comment: string;
}

export const saveProfile = (userId: number, profile: ProfileText) => change('PUT', `/users/${userId}`, profile);
export const changePassword = (userId: number, passwords: { readonly old: string; readonly next: string }) =>
  change('PUT', `/users/${userId}/password`, { old_password: passwords.old, new_password: passwords.next });
