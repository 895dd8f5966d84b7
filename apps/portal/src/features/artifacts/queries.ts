import { accessory, artifact, builtLayer } from '@berth/api-contract';
import { queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
import { apiUrl, change, getOne, getPage, getText } from '../../shared/api/fetcher.ts';

export type Artifact = z.output<typeof artifact>;
export type Accessory = z.output<typeof accessory>;

export type BuiltLayer = z.output<typeof builtLayer>;

export interface ArtifactName {
  readonly project: string;
  readonly repository: string;
  /** A tag or a digest. */
  readonly reference: string;
}

/** Under the key of repositories, whose changes are changes here. */
const key = ({ project, repository, reference }: ArtifactName) => ['repositories', { project, repository }, 'artifact', reference] as const;
export const REPOSITORIES_KEY = ['repositories'] as const;

export const artifactQuery = (name: ArtifactName) =>
  queryOptions({
    queryKey: [...key(name), 'one'],
    queryFn: ({ signal }) => getOne(path(name), artifact, { query: { with_tag: true, with_label: true, with_accessory: true }, signal }),
  });

export const accessoriesQuery = (name: ArtifactName) =>
  queryOptions({
    queryKey: [...key(name), 'accessories'],
    queryFn: ({ signal }) => getPage(`${path(name)}/accessories`, accessory, { query: { page_size: 100 }, signal }),
  });

export const layersQuery = (name: ArtifactName) =>
  queryOptions({
    queryKey: [...key(name), 'layers'],
    queryFn: ({ signal }) => getOne(`${path(name)}/layers`, z.array(builtLayer), { signal }),
  });

export const manifestQuery = (name: ArtifactName) =>
  queryOptions({
    queryKey: [...key(name), 'manifest'],
    queryFn: ({ signal }) => getText(`${path(name)}/manifest`, { signal }),
  });

export const addLabel = (name: ArtifactName, id: number) => change('POST', `${path(name)}/labels`, { id });
export const removeLabel = (name: ArtifactName, id: number) => change('DELETE', `${path(name)}/labels/${id}`);
export const pinArtifact = (name: ArtifactName, reason: string) => change('PUT', `${path(name)}/pin`, { reason });
export const unpinArtifact = (name: ArtifactName) => change('DELETE', `${path(name)}/pin`);
export const addTag = (name: ArtifactName, tag: string) => change('POST', `${path(name)}/tags`, { name: tag });
/** With its tags, children and accessories. */
export const copyArtifact = ({ project, repository, reference: digest }: ArtifactName, target: Omit<ArtifactName, 'reference'>) => {
  const from = encodeURIComponent(`${project}/${repository}@${digest}`);
  return change('POST', `${repositoryPath(target)}/artifacts?from=${from}`);
};
export const deleteArtifact = (name: ArtifactName) => change('DELETE', path(name));

/** Where the browser downloads the artifact; `platform`: of an index only the image for this one. */
export function archiveUrl(name: ArtifactName, platform?: string): string {
  return apiUrl(`${path(name)}/archive`, { platform });
}

function path(name: ArtifactName): string {
  return `${repositoryPath(name)}/artifacts/${encodeURIComponent(name.reference)}`;
}

function repositoryPath({ project, repository }: Omit<ArtifactName, 'reference'>): string {
  return `/projects/${encodeURIComponent(project)}/repositories/${encodeURIComponent(repository)}`;
}
