import { OPERATIONS } from '@berth/api-contract';
import { say } from '@berth/oci';
import { ApiError } from '../api-error.ts';
import { referenceFrom, repositoryEndpoint } from '../repository-endpoint.ts';

const NOTHING_MORE = { tags: false, labels: false, accessories: false };

/** A label of another project is not there. */
export const addLabel = repositoryEndpoint(
  OPERATIONS.addLabel,
  'artifact-label:create',
  async ({ parts, params, body }, { repository }) => {
    const { id } = await parts.content.reads.artifact(repository, referenceFrom(params.reference), NOTHING_MORE);
    switch (await parts.content.labels.attach(body.id, id)) {
      case 'attached':
        return {};
      case 'attached before':
        throw new ApiError('CONFLICT', say('label-there-already')`The artifact has this label already.`);
      case 'absent':
        throw new ApiError('NOT_FOUND', say('no-such-label-here')`No such label exists for this project. Nothing was changed.`);
    }
  },
);
