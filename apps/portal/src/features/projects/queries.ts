import { project, projectMemberEntity, repository } from '@berth/api-contract';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import { change, getPage } from '../../shared/api/fetcher.ts';
import { conditionValue } from '../../shared/list/list-search.ts';
import { PROJECTS_KEY } from '../../shared/session/project.ts';
import { PAGE_SIZE } from '../../shared/list/list-view.tsx';

export type { Project } from '../../shared/session/project.ts';
export type Member = z.output<typeof projectMemberEntity>;
export type Repository = z.output<typeof repository>;

export interface ListWanted {
  readonly page: number;
  readonly filter: string;
  readonly sort: string;
}

/** `name=~part`, or nothing when there is nothing to filter by. */
function nameLike(filter: string): string | undefined {
  const value = conditionValue(filter);
  return value === '' ? undefined : `name=~${value}`;
}

export type Visibility = 'public' | 'private' | undefined;

export const projectListQuery = ({ page, filter, sort, visibility }: ListWanted & { readonly visibility?: Visibility }) =>
  queryOptions({
    queryKey: [...PROJECTS_KEY, 'list', { page, filter, sort, visibility }],
    queryFn: ({ signal }) =>
      getPage('/projects', project, {
        query: {
          page,
          page_size: PAGE_SIZE,
          q: nameLike(filter),
          sort,
          public: visibility === undefined ? undefined : visibility === 'public',
        },
        signal,
      }),
    placeholderData: keepPreviousData,
  });

export const repositoriesQuery = (name: string, { page, filter, sort }: ListWanted) =>
  queryOptions({
    queryKey: [...PROJECTS_KEY, 'repositories', name, { page, filter, sort }],
    queryFn: ({ signal }) =>
      getPage(`${projectPath(name)}/repositories`, repository, {
        query: { page, page_size: PAGE_SIZE, q: nameLike(filter), sort },
        signal,
      }),
    placeholderData: keepPreviousData,
    // A push is seen while one waits for it.
    refetchInterval: 5_000,
  });

export const membersQuery = (projectId: number, { page, filter }: Pick<ListWanted, 'page' | 'filter'>) =>
  queryOptions({
    queryKey: [...PROJECTS_KEY, 'members', projectId, { page, filter }],
    queryFn: ({ signal }) =>
      getPage(`/projects/${projectId}/members`, projectMemberEntity, { query: { page, page_size: PAGE_SIZE, entityname: filter }, signal }),
    placeholderData: keepPreviousData,
  });

export const createProject = (name: string, isPublic: boolean) =>
  change('POST', '/projects', { project_name: name, metadata: { public: isPublic ? 'true' : 'false' } });
export const setVisibility = (projectId: number, isPublic: boolean) =>
  change('PUT', `/projects/${projectId}`, { metadata: { public: isPublic ? 'true' : 'false' } });
export const deleteProject = (projectId: number) => change('DELETE', `/projects/${projectId}`);

export interface RepositoriesDeletion {
  /** Told after each. */
  readonly onGone: () => void;
  /** Begins no other. */
  readonly signal: AbortSignal;
}

const AT_A_TIME = 100;

/** One after the other until there is none; rejects with the first refusal, and what is gone by then stays in the trash. */
export async function deleteRepositories(name: string, { onGone, signal }: RepositoriesDeletion): Promise<void> {
  for (;;) {
    const { items } = await getPage(`${projectPath(name)}/repositories`, repository, {
      query: { page_size: AT_A_TIME, sort: 'name' },
      signal,
    });
    if (items.length === 0) return;
    for (const { name: whole } of items) {
      signal.throwIfAborted();
      await change('DELETE', `${projectPath(name)}/repositories/${encodeURIComponent(whole.slice(name.length + 1))}`);
      onGone();
    }
  }
}

export interface NewMember {
  readonly kind: 'user' | 'group';
  readonly name: string;
  readonly roleId: number;
  /** Empty: for the whole project. */
  readonly patterns: readonly string[];
}

export const addMember = (projectId: number, { kind, name, roleId, patterns }: NewMember) =>
  change('POST', `/projects/${projectId}/members`, {
    role_id: roleId,
    ...(kind === 'user' ? { member_user: { username: name } } : { member_group: { group_name: name } }),
    ...(patterns.length === 0 ? {} : { repository_patterns: patterns }),
  });
export const setRole = (projectId: number, memberId: number, roleId: number) =>
  change('PUT', `/projects/${projectId}/members/${memberId}`, { role_id: roleId });
export const removeMember = (projectId: number, memberId: number) => change('DELETE', `/projects/${projectId}/members/${memberId}`);

function projectPath(name: string): string {
  return `/projects/${encodeURIComponent(name)}`;
}
