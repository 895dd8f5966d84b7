import { project, projectMemberEntity, projectDeletable, repository } from '@berth/api-contract';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import { change, getOne, getPage } from '../../shared/api/fetcher.ts';
import { loadRefusals } from '../../shared/i18n/refusals.ts';
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

export const deletableQuery = (projectId: number) =>
  queryOptions({
    queryKey: [...PROJECTS_KEY, 'deletable', projectId],
    queryFn: async ({ signal }) => {
      const found = await getOne(`/projects/${projectId}/_deletable`, projectDeletable, { signal });
      if (!found.deletable) await loadRefusals();
      return found;
    },
  });

export const createProject = (name: string, isPublic: boolean) =>
  change('POST', '/projects', { project_name: name, metadata: { public: isPublic ? 'true' : 'false' } });
export const setVisibility = (projectId: number, isPublic: boolean) =>
  change('PUT', `/projects/${projectId}`, { metadata: { public: isPublic ? 'true' : 'false' } });
export const deleteProject = (projectId: number) => change('DELETE', `/projects/${projectId}`);
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
