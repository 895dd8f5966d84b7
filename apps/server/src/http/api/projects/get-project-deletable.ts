import { OPERATIONS } from '@berth/api-contract';
import { say } from '@berth/oci';
import { projectEndpoint } from '../endpoint.ts';
import { projectOf } from '../project-target.ts';

export const getProjectDeletable = projectEndpoint(OPERATIONS.getProjectDeletable, 'project:delete', async (call, standing) => {
  const { repositoryCount } = await projectOf(call, standing);
  if (repositoryCount === 0) return { json: { deletable: true } };
  const { text, reason } = say('project-not-empty')`The project still holds repositories: delete them first.`;
  return { json: { deletable: false, message: text, reason } };
});
