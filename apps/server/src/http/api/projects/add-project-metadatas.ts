import { OPERATIONS } from '@berth/api-contract';
import { say } from '@berth/oci';
import { ApiError } from '../api-error.ts';
import { projectEndpoint } from '../endpoint.ts';
import { changeMetadata, givenValues, shownMetadata } from './change-metadata.ts';

/** Harbor: one entry at a time, and 409 for one that is there. */
export const addProjectMetadatas = projectEndpoint(OPERATIONS.addProjectMetadatas, 'metadata:create', async (call, standing) => {
  const names = Object.keys(givenValues(call.body));
  if (names.length !== 1)
    throw new ApiError(
      'BAD_REQUEST',
      say('metadata-needs-one')`The body must hold one entry of the metadata, such as {"auto_scan":"true"}. Nothing was changed.`,
    );
  const shown = await shownMetadata(call, standing);
  if (names.some((name) => Object.hasOwn(shown, name)))
    throw new ApiError(
      'CONFLICT',
      say(
        'metadata-exists',
      )`The project has metadata named ${{ name: names[0] ?? '' }} already. Nothing was changed; use PUT to change it.`,
    );
  await changeMetadata(call, standing, call.body);
  return {};
});
