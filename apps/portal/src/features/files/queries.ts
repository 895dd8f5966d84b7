import type { fileChange, imageFile, layerState } from '@berth/api-contract';
import { artifact, comparison, fileChanges, foundFiles, imageDirectory } from '@berth/api-contract';
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import { apiUrl, getOne } from '../../shared/api/fetcher.ts';
import { platformName } from '../../shared/content/platforms.tsx';
import type { ComparedSide } from './common-platforms.ts';

export type ImageFile = z.output<typeof imageFile>;
export type LayerState = z.output<typeof layerState>;
export type Comparison = z.output<typeof comparison>;
export type FileChange = z.output<typeof fileChange>;

export interface ImageName {
  readonly project: string;
  readonly repository: string;
  /** A tag or a digest. */
  readonly reference: string;
}

export interface FilesWanted {
  readonly directory: string;
  /** A part of a name, in the whole image; empty: the directory is listed. */
  readonly text: string;
  readonly platform: string | undefined;
}

/** How soon to ask again while layers are being read. */
const AGAIN_MS = 1_000;
const key = (name: ImageName) =>
  ['repositories', { project: name.project, repository: name.repository }, 'artifact', name.reference] as const;

export const platformsQuery = (name: ImageName) =>
  queryOptions({
    queryKey: [...key(name), 'platforms'],
    queryFn: async ({ signal }) => (await getOne(path(name), artifact, { signal })).platforms,
  });

interface FilesPage {
  readonly digest: string;
  readonly platform?: string | undefined;
  readonly layers: readonly LayerState[];
  readonly settled: boolean;
  readonly files: readonly ImageFile[];
  readonly next?: string | undefined;
}

/** One directory, or what a search found, part by part. */
export const filesQuery = (name: ImageName, { directory, text, platform }: FilesWanted) =>
  infiniteQueryOptions({
    queryKey: [...key(name), 'files', { directory, text, platform }],
    queryFn: async ({ pageParam: after, signal }): Promise<FilesPage> => {
      if (text !== '') return getOne(`${path(name)}/files/search`, foundFiles, { query: { text, after, platform }, signal });
      const found = await getOne(`${path(name)}/files`, imageDirectory, { query: { directory, after, platform }, signal });
      return { ...found, next: found.more ? found.files.at(-1)?.name : undefined };
    },
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data?.pages.every(({ settled }) => settled) === false ? AGAIN_MS : false),
  });

/** What one side of a comparison offers to compare. */
export const sideQuery = (name: ImageName) =>
  queryOptions({
    queryKey: [...key(name), 'side'],
    queryFn: async ({ signal }): Promise<ComparedSide> => {
      const { references, platforms } = await getOne(path(name), artifact, { signal });
      if (references === null) return { isIndex: false, platforms: platforms.map(platformName) };
      // As the server chooses: what is stored here and runs somewhere.
      const images = references.filter(({ child_id: id, platform }) => id !== 0 && platform !== undefined && platform.os !== 'unknown');
      return { isIndex: true, platforms: images.flatMap(({ platform }) => (platform === undefined ? [] : [platformName(platform)])) };
    },
    retry: false,
  });

export interface Compared {
  readonly from: ImageName;
  /** As it was typed. */
  readonly to: string;
  /** Of indexes the images for this one. */
  readonly platform: string | undefined;
}

export const comparisonQuery = ({ from, to, platform }: Compared) =>
  queryOptions({
    queryKey: [...key(from), 'compare', to, { platform }],
    queryFn: ({ signal }) => getOne(`${path(from)}/compare`, comparison, { query: { with: wholeName(from, to), platform }, signal }),
  });

export const changesQuery = ({ from, to, platform }: Compared) =>
  infiniteQueryOptions({
    queryKey: [...key(from), 'compare', to, 'files', { platform }],
    queryFn: ({ pageParam: after, signal }) =>
      getOne(`${path(from)}/compare/files`, fileChanges, { query: { with: wholeName(from, to), platform, after }, signal }),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    refetchInterval: ({ state }) => (state.data?.pages.every(({ settled }) => settled) === false ? AGAIN_MS : false),
  });

/** Where the browser downloads a file. */
export function fileUrl(name: ImageName, file: string, platform: string | undefined): string {
  return apiUrl(`${path(name)}/files/content`, { path: file, platform });
}

/** A tag or a digest of the same repository, or `project/repository:tag` as it is. */
export function wholeName({ project, repository }: ImageName, to: string): string {
  if (to.includes('/')) return to;
  return `${project}/${repository}${to.includes(':') ? '@' : ':'}${to}`;
}

/** The image that was typed as the other side. */
export function otherImage(from: ImageName, to: string): ImageName {
  const [, project = '', repository = '', reference = ''] = /^([^/]+)\/([^:@]+)[:@](.+)$/.exec(wholeName(from, to)) ?? [];
  return { project, repository, reference };
}

function path({ project, repository, reference }: ImageName): string {
  return `/projects/${encodeURIComponent(project)}/repositories/${encodeURIComponent(repository)}/artifacts/${encodeURIComponent(reference)}`;
}
