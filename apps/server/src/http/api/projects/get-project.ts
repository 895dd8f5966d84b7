import { OPERATIONS } from '@berth/api-contract';
import { projectEndpoint } from '../endpoint.ts';
import { projectOf } from '../project-target.ts';
import { projectView } from './project-view.ts';

export const getProject = projectEndpoint(OPERATIONS.getProject, 'project:read', async (call, standing) => ({
  json: projectView(await projectOf(call, standing), standing.roles, await call.parts.policy.metadata.of(standing.projectId)),
}));
