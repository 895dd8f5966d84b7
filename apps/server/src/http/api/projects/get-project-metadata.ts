import { OPERATIONS } from '@berth/api-contract';
import { say } from '@berth/oci';
import { ApiError } from '../api-error.ts';
import { projectEndpoint } from '../endpoint.ts';
import { shownMetadata } from './change-metadata.ts';

export const getProjectMetadata = projectEndpoint(OPERATIONS.getProjectMetadata, 'metadata:read', async (call, standing) => {
  const name = call.params.meta_name;
  const shown = await shownMetadata(call, standing);
  const value = Object.hasOwn(shown, name) ? shown[name] : undefined;
  if (value === undefined) throw new ApiError('NOT_FOUND', say('no-such-metadata')`The project has no metadata of this name.`);
  return { json: { [name]: value } };
});
