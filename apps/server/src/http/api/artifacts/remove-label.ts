import { OPERATIONS } from '@berth/api-contract';
import { say } from '@berth/oci';
import { ApiError } from '../api-error.ts';
import { referenceFrom, repositoryEndpoint } from '../repository-endpoint.ts';

const NOTHING_MORE = { tags: false, labels: false, accessories: false };

export const removeLabel = repositoryEndpoint(
  OPERATIONS.removeLabel,
  'artifact-label:delete',
  async ({ parts, params }, { repository }) => {
    const { id } = await parts.content.reads.artifact(repository, referenceFrom(params.reference), NOTHING_MORE);
    if (!(await parts.content.labels.detach(params.label_id, id)))
      throw new ApiError('NOT_FOUND', say('label-not-there')`The artifact does not have this label.`);
    return {};
  },
);
