import { OPERATIONS } from '@berth/api-contract';
import { projectEndpoint } from '../endpoint.ts';

export const listProjectMetadatas = projectEndpoint(OPERATIONS.listProjectMetadatas, 'metadata:read', async (_call, standing) => ({
  json: { public: standing.public ? 'true' : 'false' },
}));
