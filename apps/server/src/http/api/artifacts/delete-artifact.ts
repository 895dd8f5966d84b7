import { OPERATIONS } from '@berth/api-contract';
import { keyOfActor } from '../acting.ts';
import { referenceFrom, repositoryEndpoint } from '../repository-endpoint.ts';

export const deleteArtifact = repositoryEndpoint(
  OPERATIONS.deleteArtifact,
  'artifact:delete',
  async ({ parts, params, actor }, { repository }) => {
    await parts.content.changes.delete(repository, referenceFrom(params.reference), keyOfActor(actor));
    return {};
  },
);
