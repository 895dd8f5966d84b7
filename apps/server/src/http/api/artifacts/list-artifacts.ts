import { OPERATIONS } from '@berth/api-contract';
import { immutableStatus } from '../immutable-status.ts';
import { listReply } from '../paging.ts';
import { repositoryEndpoint } from '../repository-endpoint.ts';
import { artifactQuery, shownDetail } from './artifact-query.ts';
import { artifactView } from './artifact-view.ts';

export const listArtifacts = repositoryEndpoint(
  OPERATIONS.listArtifacts,
  'artifact:list',
  async ({ parts, request, query }, { repository }) => {
    const { items, total } = await parts.content.reads.artifacts(artifactQuery(query, { repositoryId: repository.id }));
    const isImmutable = await immutableStatus(parts, repository.projectId, query.with_immutable_status);
    return listReply(
      items.map((item) => artifactView(item, shownDetail(query), isImmutable)),
      { request, query, total },
    );
  },
);
