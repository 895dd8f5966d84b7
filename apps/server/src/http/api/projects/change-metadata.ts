import type { ProjectStanding } from '@berth/access';
import { projectMetadata } from '@berth/api-contract';
import { say } from '@berth/oci';
import { ApiError } from '../api-error.ts';
import type { ApiParts } from '../api-parts.ts';
import { setProjectPublic } from './set-project-public.ts';

type MetadataBody = { readonly [Name in keyof typeof projectMetadata.shape]?: string | undefined };

/** Saves what is given of a project's metadata; what is absent stays. `public` is the project's own column. */
export async function changeMetadata(
  call: { readonly parts: ApiParts },
  standing: Pick<ProjectStanding, 'projectId'>,
  metadata: MetadataBody,
): Promise<void> {
  const { public: isPublic, ...rest } = metadata;
  await call.parts.policy.metadata.set(standing.projectId, givenValues(rest));
  if (isPublic !== undefined) await setProjectPublic(call, standing, isPublic === 'true');
}

export function givenValues(values: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** All of a project's metadata, as the API shows it. */
export async function shownMetadata({ parts }: { readonly parts: ApiParts }, standing: ProjectStanding): Promise<Record<string, string>> {
  return { ...(await parts.policy.metadata.of(standing.projectId)), public: standing.public ? 'true' : 'false' };
}

export function requireKnownName(name: string): void {
  if (!Object.hasOwn(projectMetadata.shape, name))
    throw new ApiError('NOT_FOUND', say('no-such-metadata')`The project has no metadata of this name. Nothing was changed.`);
}
