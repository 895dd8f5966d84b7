import { artifact, repository, repositoryTag, tagMove } from '@berth/api-contract';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import { change, getOne, getPage } from '../../shared/api/fetcher.ts';
import { conditionValue } from '../../shared/list/list-search.ts';
import { PAGE_SIZE } from '../../shared/list/list-view.tsx';
import type { EndlessWanted } from '../../shared/list/use-endless.ts';

export type Repository = z.output<typeof repository>;
export type RepositoryTag = z.output<typeof repositoryTag>;
export type TagMove = z.output<typeof tagMove>;
export type Artifact = z.output<typeof artifact>;

/** A repository as the portal's addresses name it: the project apart from the rest. */
export interface RepositoryName {
  readonly project: string;
  readonly repository: string;
}

/** Everything about repositories is stale after a change inside one. */
export const REPOSITORIES_KEY = ['repositories'] as const;

const MAX_API_PAGE = 100;
/** More are not chosen in one go. */
export const MAX_SELECTED = 10_000;

const OFFERED = 10;

export interface ListWanted {
  readonly page: number;
  readonly filter: string;
  readonly sort: string;
}

/** A part of the name, or with `*` or `?` a pattern for all of it. */
function tagCondition(filter: string): string | undefined {
  const value = conditionValue(filter);
  if (value === '') return undefined;
  return /[*?]/.test(value) ? `name=${value}` : `name=~${value}`;
}

export const repositoryQuery = (name: RepositoryName) =>
  queryOptions({
    queryKey: [...REPOSITORIES_KEY, name, 'one'],
    queryFn: ({ signal }) => getOne(path(name), repository, { signal }),
  });

/** All tags that match, a hundred at a time; what changes is seen within seconds. */
export const tagsList = (name: RepositoryName, { filter, sort }: Omit<ListWanted, 'page'>): EndlessWanted<RepositoryTag> => ({
  key: [...REPOSITORIES_KEY, name, 'tags', { filter, sort }],
  pageSize: MAX_API_PAGE,
  lookAgainMs: 5_000,
  read: (page, signal) =>
    getPage(`${path(name)}/tags`, repositoryTag, { query: { page, page_size: MAX_API_PAGE, q: tagCondition(filter), sort }, signal }),
});

/** The first tags that match, to choose one of. */
export const offeredTagsQuery = (name: RepositoryName, filter: string) =>
  queryOptions({
    queryKey: [...REPOSITORIES_KEY, name, 'offered tags', filter],
    queryFn: ({ signal }) =>
      getPage(`${path(name)}/tags`, repositoryTag, { query: { page_size: OFFERED, q: tagCondition(filter), sort: '-push_time' }, signal }),
    placeholderData: keepPreviousData,
  });

/** Names of all tags that match, at most {@link MAX_SELECTED}. */
export async function matchingTags(name: RepositoryName, filter: string): Promise<string[]> {
  const names: string[] = [];
  for (let page = 1; names.length < MAX_SELECTED; page += 1) {
    const query = { page, page_size: MAX_API_PAGE, q: tagCondition(filter), sort: 'name' };
    const { items, total } = await getPage(`${path(name)}/tags`, repositoryTag, { query });
    names.push(...items.map((tag) => tag.name));
    if (items.length === 0 || names.length >= total) break;
  }
  return names;
}

export type Shown = 'all' | 'tagged' | 'untagged' | 'pinned';
const CONDITIONS: Readonly<Record<Shown, string | undefined>> = {
  all: undefined,
  tagged: 'tags=*',
  untagged: 'tags=nil',
  pinned: 'pinned=true',
};

export interface ArtifactsWanted extends Omit<ListWanted, 'filter'> {
  readonly shown: Shown;
  /** Id of a label that they have. */
  readonly label: number | undefined;
}

export const artifactsQuery = (name: RepositoryName, { page, sort, shown, label: labelId }: ArtifactsWanted) =>
  queryOptions({
    queryKey: [...REPOSITORIES_KEY, name, 'artifacts', { page, sort, shown, labelId }],
    queryFn: ({ signal }) => {
      const conditions = [CONDITIONS[shown], labelId === undefined ? undefined : `labels=(${labelId})`];
      const condition = conditions.filter((one) => one !== undefined).join(',');
      return getPage(`${path(name)}/artifacts`, artifact, {
        query: { page, page_size: PAGE_SIZE, q: condition, sort, with_tag: true, with_label: true, with_accessory: true },
        signal,
      });
    },
    placeholderData: keepPreviousData,
  });

export const historyQuery = (name: RepositoryName, { tag, page }: { readonly tag: string; readonly page: number }) =>
  queryOptions({
    queryKey: [...REPOSITORIES_KEY, name, 'history', tag, page],
    queryFn: ({ signal }) =>
      getPage(`${path(name)}/tags/${encodeURIComponent(tag)}/history`, tagMove, { query: { page, page_size: PAGE_SIZE }, signal }),
    enabled: tag !== '',
    placeholderData: keepPreviousData,
  });

export const deleteTag = (name: RepositoryName, tag: string) =>
  change('DELETE', `${path(name)}/artifacts/${encodeURIComponent(tag)}/tags/${encodeURIComponent(tag)}`);
export const rollbackTag = (name: RepositoryName, tag: string, digest: string) =>
  change('POST', `${path(name)}/tags/${encodeURIComponent(tag)}/rollback`, { digest });
export const describeRepository = (name: RepositoryName, description: string) => change('PUT', path(name), { description });
export const deleteRepository = (name: RepositoryName) => change('DELETE', path(name));

function path({ project, repository: inside }: RepositoryName): string {
  return `/projects/${encodeURIComponent(project)}/repositories/${encodeURIComponent(inside)}`;
}
