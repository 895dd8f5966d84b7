import { OPERATIONS } from '@berth/api-contract';
import { say } from '@berth/oci';
import { ApiError } from '../api-error.ts';
import { referenceFrom, repositoryEndpoint } from '../repository-endpoint.ts';

const NOTHING_MORE = { tags: false, labels: false, accessories: false };

export const unpinArtifact = repositoryEndpoint(
  OPERATIONS.unpinArtifact,
  'artifact-pin:delete',
  async ({ parts, params }, { repository }) => {
    const { id } = await parts.content.reads.artifact(repository, referenceFrom(params.reference), NOTHING_MORE);
    if (!(await parts.content.pins.unpin(id))) throw new ApiError('NOT_FOUND', say('not-pinned')`The artifact is not pinned.`);
    return {};
  },
);
