import { OPERATIONS } from '@berth/api-contract';
import { say } from '@berth/oci';
import { ApiError } from '../api-error.ts';
import { projectEndpoint } from '../endpoint.ts';
import { changeMetadata, givenValues, requireKnownName } from './change-metadata.ts';

export const updateProjectMetadata = projectEndpoint(OPERATIONS.updateProjectMetadata, 'metadata:update', async (call, standing) => {
  const name = call.params.meta_name;
  requireKnownName(name);
  const value = givenValues(call.body)[name];
  if (value === undefined)
    throw new ApiError(
      'BAD_REQUEST',
      say('metadata-names-differ')`The body must hold the entry that the address names, {"${{ name }}":"..."}. Nothing was changed.`,
    );
  await changeMetadata(call, standing, { [name]: value });
  return {};
});
