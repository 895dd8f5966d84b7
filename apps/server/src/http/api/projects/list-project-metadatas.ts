import { OPERATIONS } from '@berth/api-contract';
import { projectEndpoint } from '../endpoint.ts';
import { shownMetadata } from './change-metadata.ts';

export const listProjectMetadatas = projectEndpoint(OPERATIONS.listProjectMetadatas, 'metadata:read', async (call, standing) => ({
  json: await shownMetadata(call, standing),
}));
