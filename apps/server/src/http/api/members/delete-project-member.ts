import { OPERATIONS } from '@berth/api-contract';
import { projectEndpoint } from '../endpoint.ts';
import { noSuchMember } from './member-from-body.ts';

export const deleteProjectMember = projectEndpoint(OPERATIONS.deleteProjectMember, 'member:delete', async ({ parts, params }, standing) => {
  const { stores, standings } = parts.identity;
  const removed = await stores.members.remove(standing.projectId, params.mid);
  standings.forget();
  if (!removed) throw noSuchMember();
  return {};
});
