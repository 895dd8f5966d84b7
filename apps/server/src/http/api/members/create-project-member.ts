import { OPERATIONS } from '@berth/api-contract';
import { API_BASE } from '../api-parts.ts';
import { projectEndpoint } from '../endpoint.ts';
import { nameFromPath } from '../path-names.ts';
import { projectOf } from '../project-target.ts';
import { entityFromBody, patternsFromBody, roleFromBody } from './member-from-body.ts';

export const createProjectMember = projectEndpoint(OPERATIONS.createProjectMember, 'member:create', async (call, standing) => {
  const { parts, params, body, actor } = call;
  const { stores, standings } = parts.identity;
  const role = await roleFromBody(stores, { roleId: body.role_id, actor, standing });
  const entity = await entityFromBody(stores, body);
  const { name } = await projectOf(call, standing);
  const repositoryPatterns = patternsFromBody(name, body.repository_patterns);
  const member = await stores.members.grant(standing.projectId, { entity, roleId: role.id, repositoryPatterns });
  standings.forget();
  const project = encodeURIComponent(nameFromPath(params.project_name_or_id));
  return { headers: { location: `${API_BASE}/projects/${project}/members/${member.id}` } };
});
