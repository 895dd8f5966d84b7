import { OPERATIONS } from '@berth/api-contract';
import { ApiError } from '../api-error.ts';
import { projectEndpoint } from '../endpoint.ts';
import { setProjectPublic } from './set-project-public.ts';

export const updateProjectMetadata = projectEndpoint(OPERATIONS.updateProjectMetadata, 'metadata:update', async (call, standing) => {
  if (call.params.meta_name !== 'public') throw new ApiError('NOT_FOUND', 'The project has no metadata of this name. Nothing was changed.');
  if (call.body.public === undefined)
    throw new ApiError('BAD_REQUEST', 'The body must be {"public":"true"} or {"public":"false"}. Nothing was changed.');
  await setProjectPublic(call, standing, call.body.public === 'true');
  return {};
});
