import { OPERATIONS } from '@berth/api-contract';
import { projectEndpoint } from '../endpoint.ts';
import { immutableStatus } from '../immutable-status.ts';
import { listReply } from '../paging.ts';
import { artifactQuery, shownDetail } from './artifact-query.ts';
import { artifactView } from './artifact-view.ts';

export const listArtifactsOfProject = projectEndpoint(
  OPERATIONS.listArtifactsOfProject,
  'artifact:list',
  async ({ parts, request, query }, { projectId }) => {
    const { items, total } = await parts.content.reads.artifacts({
      ...artifactQuery(query, { projectId }),
      latestInRepository: query.latest_in_repository,
    });
    const isImmutable = await immutableStatus(parts, projectId, query.with_immutable_status);
    return listReply(
      items.map((item) => artifactView(item, shownDetail(query), isImmutable)),
      { request, query, total },
    );
  },
);
