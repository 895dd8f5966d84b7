import { OPERATIONS } from '@berth/api-contract';
import { repositoryEndpoint } from '../repository-endpoint.ts';
import { repositoryView } from './repository-view.ts';

export const getRepository = repositoryEndpoint(OPERATIONS.getRepository, 'repository:read', async (_call, { repository }) => ({
  json: repositoryView(repository),
}));
