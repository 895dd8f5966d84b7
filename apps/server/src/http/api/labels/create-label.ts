import { OPERATIONS } from '@berth/api-contract';
import { say } from '@berth/oci';
import { ApiError } from '../api-error.ts';
import { API_BASE } from '../api-parts.ts';
import { principalEndpoint } from '../endpoint.ts';
import { labelNameTaken, requireLabelRight } from './label-rights.ts';

export const createLabel = principalEndpoint(OPERATIONS.CreateLabel, async (call) => {
  const { parts, body } = call;
  const { name, scope, project_id: projectId, description, color } = body;
  if (name === undefined || name === '')
    throw new ApiError('BAD_REQUEST', say('label-name-invalid')`A label needs a name of 1 to 128 characters. Nothing was created.`);
  if (scope !== 'g' && scope !== 'p')
    throw new ApiError('BAD_REQUEST', say('label-scope-invalid')`scope must be g, or p with project_id. Nothing was created.`);
  if (scope === 'p' && !projectId)
    throw new ApiError('BAD_REQUEST', say('label-scope-invalid')`scope p needs project_id. Nothing was created.`);
  const owner = scope === 'p' && projectId ? projectId : undefined;
  await requireLabelRight(call, owner, 'create');
  const label = await parts.content.labels.create({ projectId: owner, name, description: description ?? '', color: color ?? '' });
  if (label === 'taken') throw labelNameTaken(name);
  return { headers: { location: `${API_BASE}/labels/${label.id}` } };
});
