import { OPERATIONS } from '@berth/api-contract';
import { repositoryEndpoint } from '../repository-endpoint.ts';

/** Of what Harbor's body names, only the description can change. */
export const updateRepository = repositoryEndpoint(
  OPERATIONS.updateRepository,
  'repository:update',
  async ({ parts, body }, { repository }) => {
    await parts.content.changes.setDescription(repository.id, body.description ?? '');
    return {};
  },
);
