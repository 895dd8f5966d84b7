import { listedRepositories } from '@berth/access';
import { OPERATIONS } from '@berth/api-contract';
import { projectEndpoint } from '../endpoint.ts';
import { listReply } from '../paging.ts';
import { repositoryQuery } from './repository-query.ts';
import { repositoryView } from './repository-view.ts';

export const listRepositories = projectEndpoint(
  OPERATIONS.listRepositories,
  'repository:list',
  async ({ parts, request, actor, query }, standing) => {
    const { projectId } = standing;
    const listed = listedRepositories(actor, standing);
    const scope = listed === 'all' ? { projectId } : { projectId, repositoryPatterns: listed };
    const { items, total } = await parts.content.reads.repositories({ ...repositoryQuery(query), scope });
    return listReply(items.map(repositoryView), { request, query, total });
  },
);
