import { OPERATIONS } from '@berth/api-contract';
import { say } from '@berth/oci';
import { labelView } from '../artifacts/artifact-view.ts';
import { ApiError } from '../api-error.ts';
import { principalEndpoint } from '../endpoint.ts';
import { parseConditions, parseSort } from '../list-query.ts';
import { listReply, pageRequest } from '../paging.ts';
import { requireLabelRight } from './label-rights.ts';

const SORT_FIELDS = { id: 'id', name: 'name', creation_time: 'createdAt', update_time: 'updatedAt' };

/** Harbor: scope=g, or scope=p with project_id. */
export const listLabels = principalEndpoint(OPERATIONS.ListLabels, async (call) => {
  const { parts, request, query } = call;
  const ofProject = query.project_id === 0 ? undefined : query.project_id;
  const scope = query.scope ?? (ofProject === undefined ? 'g' : 'p');
  if (scope !== 'g' && scope !== 'p') throw new ApiError('BAD_REQUEST', say('label-scope-unknown')`scope must be g or p.`);
  if (scope === 'p' && ofProject === undefined)
    throw new ApiError('BAD_REQUEST', say('label-scope-needs-project')`scope=p needs project_id.`);
  const projectId = scope === 'p' ? ofProject : undefined;
  await requireLabelRight(call, projectId, 'list');
  const name = parseConditions(query.q, ['name']).get('name');
  const { items, total } = await parts.content.labels.list({
    ...pageRequest(query, parseSort(query.sort, SORT_FIELDS)),
    ...(query.name === undefined ? {} : { namePart: query.name }),
    ...(name === undefined ? {} : name.fuzzy ? { namePart: name.value } : { exactName: name.value }),
    projectId,
  });
  return listReply(items.map(labelView), { request, query, total });
});
