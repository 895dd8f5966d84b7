import { OPERATIONS } from '@berth/api-contract';
import { projectEndpoint } from '../endpoint.ts';
import { changeMetadata } from './change-metadata.ts';

/** Of what Harbor's body names, only the metadata can change: a project keeps its name, its id and its owner. */
export const updateProject = projectEndpoint(OPERATIONS.updateProject, 'project:update', async (call, standing) => {
  const { metadata, public: isPublic } = call.body;
  const visibility = isPublic === true ? 'true' : isPublic === false ? 'false' : undefined;
  await changeMetadata(call, standing, { public: visibility, ...metadata });
  return {};
});
