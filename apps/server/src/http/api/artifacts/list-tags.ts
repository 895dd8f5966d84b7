import { OPERATIONS } from '@berth/api-contract';
import { listReply } from '../paging.ts';
import { referenceFrom, repositoryEndpoint } from '../repository-endpoint.ts';
import { tagQuery } from '../tags/tag-query.ts';
import { tagView } from './artifact-view.ts';

const NOTHING_MORE = { tags: false, labels: false, accessories: false };

export const listTags = repositoryEndpoint(OPERATIONS.listTags, 'tag:list', async ({ parts, request, params, query }, { repository }) => {
  const { reads } = parts.content;
  const { id } = await reads.artifact(repository, referenceFrom(params.reference), NOTHING_MORE);
  const { items, total } = await reads.tags(repository.id, { ...tagQuery(query), manifestId: id, accessories: true });
  return listReply(
    items.map((item) => tagView(item, { id, repositoryId: repository.id })),
    { request, query, total },
  );
});
