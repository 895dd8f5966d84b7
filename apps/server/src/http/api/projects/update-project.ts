import { OPERATIONS } from '@berth/api-contract';
import { projectEndpoint } from '../endpoint.ts';
import { setProjectPublic } from './set-project-public.ts';

/** Of what Harbor's body names, only `public` can change: a project keeps its name, its id and its owner. */
export const updateProject = projectEndpoint(OPERATIONS.updateProject, 'project:update', async (call, standing) => {
  const { metadata, public: isPublic } = call.body;
  const wanted = metadata?.public === undefined ? (isPublic ?? undefined) : metadata.public === 'true';
  if (wanted !== undefined) await setProjectPublic(call, standing, wanted);
  return {};
});
