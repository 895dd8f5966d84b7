import { actorKey } from '@berth/access';
import { OPERATIONS } from '@berth/api-contract';
import { say } from '@berth/oci';
import { ApiError } from '../api-error.ts';
import { projectEndpoint } from '../endpoint.ts';

export const deleteProject = projectEndpoint(OPERATIONS.deleteProject, 'project:delete', async ({ parts, actor }, standing) => {
  const { stores, standings } = parts.identity;
  const outcome = await stores.projects.remove(standing.projectId, actorKey(actor));
  standings.forget();
  switch (outcome) {
    case 'removed':
      return {};
    case 'absent':
      throw new ApiError('NOT_FOUND', say('project-just-deleted')`The project was deleted a moment ago.`);
    case 'not empty':
      throw new ApiError(
        'PRECONDITION',
        say('project-not-empty')`The project still holds repositories. Nothing was deleted: delete its repositories first.`,
      );
  }
});
