import type { ProjectStanding } from '@berth/access';
import { say } from '@berth/oci';
import { ApiError } from '../api-error.ts';
import type { ApiParts } from '../api-parts.ts';

export async function setProjectPublic(
  { parts }: { readonly parts: ApiParts },
  standing: Pick<ProjectStanding, 'projectId'>,
  isPublic: boolean,
): Promise<void> {
  const { stores, standings } = parts.identity;
  if (!(await stores.projects.setPublic(standing.projectId, isPublic)))
    throw new ApiError('NOT_FOUND', say('project-just-deleted')`The project was deleted a moment ago.`);
  standings.forget();
}
