import { OPERATIONS } from '@berth/api-contract';
import { say } from '@berth/oci';
import { ApiError } from '../api-error.ts';
import { projectEndpoint } from '../endpoint.ts';
import { requireKnownName } from './change-metadata.ts';

export const deleteProjectMetadata = projectEndpoint(
  OPERATIONS.deleteProjectMetadata,
  'metadata:delete',
  async ({ parts, params }, standing) => {
    const name = params.meta_name;
    if (name === 'public')
      throw new ApiError(
        'BAD_REQUEST',
        say('metadata-public-stays')`A project is public or not: set it to "false" instead. Nothing was changed.`,
      );
    requireKnownName(name);
    if (!(await parts.policy.metadata.remove(standing.projectId, name)))
      throw new ApiError('NOT_FOUND', say('no-such-metadata')`The project has no metadata of this name. Nothing was changed.`);
    return {};
  },
);
