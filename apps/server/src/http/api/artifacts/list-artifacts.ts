import { OPERATIONS } from '@berth/api-contract';
import { listReply } from '../paging.ts';
import { repositoryEndpoint } from '../repository-endpoint.ts';
import { artifactQuery, shownDetail } from './artifact-query.ts';
import { artifactView } from './artifact-view.ts';

export const listArtifacts = repositoryEndpoint(
  OPERATIONS.listArtifacts,
  'artifact:list',
  async ({ parts, request, query }, { repository }) => {
    const { items, total } = await parts.content.reads.artifacts(artifactQuery(query, { repositoryId: repository.id }));
    return listReply(
      items.map((item) => artifactView(item, shownDetail(query))),
      { request, query, total },
    );
  },
);
