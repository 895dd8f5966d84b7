import { OPERATIONS } from '@berth/api-contract';
import { parseProjectName, say } from '@berth/oci';
import { ApiError } from '../api-error.ts';
import { principalEndpoint } from '../endpoint.ts';

/** Tells any signed-in caller whether a name is taken, as Harbor does: who may create projects would learn it anyway. */
export const headProject = principalEndpoint(OPERATIONS.headProject, async ({ parts, query }) => {
  const found = await parts.identity.stores.projects.findByName(parseProjectName(query.project_name));
  if (found === undefined) throw new ApiError('NOT_FOUND', say('no-such-project')`No project has this name.`);
  return {};
});
