import { OPERATIONS } from '@berth/api-contract';
import { projectEndpoint } from '../endpoint.ts';
import { memberView } from './member-view.ts';
import { noSuchMember } from './member-from-body.ts';

export const getProjectMember = projectEndpoint(OPERATIONS.getProjectMember, 'member:read', async ({ parts, params }, standing) => {
  const member = await parts.identity.stores.members.find(standing.projectId, params.mid);
  if (member === undefined) throw noSuchMember();
  return { json: memberView(member) };
});
