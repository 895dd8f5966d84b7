import { OPERATIONS } from '@berth/api-contract';
import { immutableStatus } from '../immutable-status.ts';
import { listReply } from '../paging.ts';
import { referenceFrom, repositoryEndpoint } from '../repository-endpoint.ts';
import { tagQuery } from '../tags/tag-query.ts';
import { tagView } from './artifact-view.ts';

const NOTHING_MORE = { tags: false, labels: false, accessories: false };

export const listTags = repositoryEndpoint(OPERATIONS.listTags, 'tag:list', async ({ parts, request, params, query }, { repository }) => {
  const { reads } = parts.content;
  const { id } = await reads.artifact(repository, referenceFrom(params.reference), NOTHING_MORE);
  const { items, total } = await reads.tags(repository.id, { ...tagQuery(query), manifestId: id, accessories: true });
  const isImmutable = await immutableStatus(parts, repository.projectId, query.with_immutable_status);
  const on = { id, repositoryId: repository.id, repository: repository.name };
  return listReply(
    items.map((item) => tagView(item, on, isImmutable)),
    { request, query, total },
  );
});
