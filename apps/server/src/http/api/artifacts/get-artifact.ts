import { OPERATIONS } from '@berth/api-contract';
import { immutableStatus } from '../immutable-status.ts';
import { referenceFrom, repositoryEndpoint } from '../repository-endpoint.ts';
import { shownDetail } from './artifact-query.ts';
import { artifactView } from './artifact-view.ts';

export const getArtifact = repositoryEndpoint(OPERATIONS.getArtifact, 'artifact:read', async ({ parts, params, query }, { repository }) => {
  const detail = shownDetail(query);
  const artifact = await parts.content.reads.artifact(repository, referenceFrom(params.reference), detail);
  return { json: artifactView(artifact, detail, await immutableStatus(parts, repository.projectId, query.with_immutable_status)) };
});
