import { OPERATIONS } from '@berth/api-contract';
import { publicEndpoint } from '../endpoint.ts';

export const deleteSession = publicEndpoint(OPERATIONS.deleteSession, async ({ parts, request, response }) => {
  await parts.identity.sessions.end(request, response);
  return {};
});
