import { OPERATIONS } from '@berth/api-contract';
import { ApiError } from '../api-error.ts';
import { projectEndpoint } from '../endpoint.ts';

export const getProjectMetadata = projectEndpoint(OPERATIONS.getProjectMetadata, 'metadata:read', async ({ params }, standing) => {
  if (params.meta_name !== 'public') throw new ApiError('NOT_FOUND', 'The project has no metadata of this name.');
  return { json: { public: standing.public ? 'true' : 'false' } };
});
