import { OPERATIONS } from '@berth/api-contract';
import { listReply, pageRequest } from '../paging.ts';
import { referenceFrom, repositoryEndpoint } from '../repository-endpoint.ts';
import { accessoryView } from './artifact-view.ts';

const NOTHING_MORE = { tags: false, labels: false, accessories: false };

export const listAccessories = repositoryEndpoint(
  OPERATIONS.listAccessories,
  'accessory:list',
  async ({ parts, request, params, query }, { repository }) => {
    const { reads } = parts.content;
    const { id } = await reads.artifact(repository, referenceFrom(params.reference), NOTHING_MORE);
    const { items, total } = await reads.accessories(repository.id, id, pageRequest(query));
    return listReply(
      items.map((item) => accessoryView(item, { repository: repository.name })),
      { request, query, total },
    );
  },
);
