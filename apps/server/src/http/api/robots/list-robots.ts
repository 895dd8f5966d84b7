import { OPERATIONS } from '@berth/api-contract';
import { say } from '@berth/oci';
import { ApiError } from '../api-error.ts';
import { principalEndpoint } from '../endpoint.ts';
import { parseConditions, parseSort } from '../list-query.ts';
import { listReply, pageRequest } from '../paging.ts';
import { mayAtLevel } from './robot-endpoint.ts';
import { robotView } from './robot-view.ts';

const SORT_FIELDS = { name: 'name', id: 'id', creation_time: 'createdAt', update_time: 'updatedAt', expires_at: 'expiresAt' };

/** Harbor: without q the robots of the system; `q=Level=project,ProjectID=<id>` those of a project. */
export const listRobots = principalEndpoint(OPERATIONS.listRobots, async (call) => {
  const { parts, request, query } = call;
  const conditions = parseConditions(query.q, ['Level', 'ProjectID', 'name']);
  const projectId = levelOf(conditions.get('Level')?.value, conditions.get('ProjectID')?.value);
  if (!(await mayAtLevel(call, 'list', projectId)))
    throw new ApiError(
      'FORBIDDEN',
      say(
        'robots-not-allowed',
      )`The project does not exist, or you may not see its robot accounts. Those of the system are for administrators.`,
    );
  const name = conditions.get('name');
  const { items, total } = await parts.identity.stores.robots.list({
    ...pageRequest(query, parseSort(query.sort, SORT_FIELDS)),
    projectId,
    ...(name === undefined ? {} : name.fuzzy ? { namePart: name.value } : { exactName: name.value }),
  });
  return listReply(items.map(robotView), { request, query, total });
});

function levelOf(level: string | undefined, projectId: string | undefined): number | undefined {
  if (level === undefined || level === 'system') return undefined;
  if (level !== 'project') throw new ApiError('BAD_REQUEST', say('robots-level')`q takes Level=system or Level=project.`);
  if (projectId === undefined || !/^[1-9]\d{0,14}$/.test(projectId))
    throw new ApiError('BAD_REQUEST', say('robots-project-missing')`With Level=project, q names the project: ProjectID=<number>.`);
  return Number(projectId);
}
