import { OPERATIONS } from '@berth/api-contract';
import { referenceFrom, repositoryEndpoint } from '../repository-endpoint.ts';
import { shownDetail } from './artifact-query.ts';
import { artifactView } from './artifact-view.ts';

export const getArtifact = repositoryEndpoint(OPERATIONS.getArtifact, 'artifact:read', async ({ parts, params, query }, { repository }) => {
  const detail = shownDetail(query);
  return { json: artifactView(await parts.content.reads.artifact(repository, referenceFrom(params.reference), detail), detail) };
});
