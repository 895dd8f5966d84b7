import { OPERATIONS } from '@berth/api-contract';
import { keyOfActor } from '../acting.ts';
import { repositoryEndpoint } from '../repository-endpoint.ts';

export const deleteRepository = repositoryEndpoint(
  OPERATIONS.deleteRepository,
  'repository:delete',
  async ({ parts, actor }, { repository }) => {
    await parts.content.changes.deleteRepository(repository, keyOfActor(actor));
    return {};
  },
);
