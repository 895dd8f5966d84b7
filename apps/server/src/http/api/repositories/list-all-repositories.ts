import { OPERATIONS } from '@berth/api-contract';
import { publicEndpoint } from '../endpoint.ts';
import { listReply } from '../paging.ts';
import { repositoryQuery } from './repository-query.ts';
import { repositoryView } from './repository-view.ts';

/** Those of public projects, of one's own, and for system administrators all. */
export const listAllRepositories = publicEndpoint(OPERATIONS.listAllRepositories, async ({ parts, request, actor, query }) => {
  const scope = await parts.identity.standings.visible(actor);
  const { items, total } = await parts.content.reads.repositories({ ...repositoryQuery(query), scope });
  return listReply(items.map(repositoryView), { request, query, total });
});
