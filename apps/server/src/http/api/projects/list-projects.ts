import type { Actor, LiveStandings, ProjectQuery, ProjectScope } from '@berth/access';
import { OPERATIONS } from '@berth/api-contract';
import { publicEndpoint } from '../endpoint.ts';
import { booleanCondition, parseConditions, parseSort } from '../list-query.ts';
import { listReply, pageRequest } from '../paging.ts';
import { projectViews } from './project-view.ts';

const SORT_FIELDS = {
  name: 'name',
  project_id: 'id',
  creation_time: 'createdAt',
  update_time: 'updatedAt',
  owner_name: 'ownerName',
  repo_count: 'repositoryCount',
};

/** Public projects, one's own, and for system administrators all. Four statements, whatever the number of projects. */
export const listProjects = publicEndpoint(OPERATIONS.listProjects, async ({ parts, request, actor, query }) => {
  const { projects } = parts.identity.stores;
  const scope = await scopeOf(parts.identity.standings, actor);
  const { items, total } = await projects.list({
    ...pageRequest(query, parseSort(query.sort, SORT_FIELDS)),
    ...fromConditions(query.q),
    ...(query.name === undefined ? {} : { name: query.name }),
    ...(query.public === undefined ? {} : { public: query.public }),
    ...(query.owner === undefined ? {} : { ownerName: query.owner }),
    scope,
  });
  return listReply(await projectViews({ parts, actor }, items), { request, query, total });
});

/** Plain members are asked for in the same statement; what a robot or a narrowed token may see is listed. */
async function scopeOf(standings: LiveStandings, actor: Actor): Promise<ProjectScope> {
  if (actor.kind === 'anonymous') return { memberId: undefined };
  if (actor.kind === 'user' && actor.limit === undefined) return actor.systemAdmin ? 'everything' : { memberId: actor.id };
  const visible = await standings.visible(actor);
  return visible === 'everything' ? visible : { projectIds: [...visible.projectIds, ...visible.narrowedProjectIds] };
}

function fromConditions(q: string | undefined): Pick<ProjectQuery, 'name' | 'exactName' | 'public' | 'ownerName'> {
  const conditions = parseConditions(q, ['name', 'public', 'owner']);
  const name = conditions.get('name');
  const visibility = conditions.get('public');
  const owner = conditions.get('owner');
  return {
    ...(name === undefined ? {} : name.fuzzy ? { name: name.value } : { exactName: name.value }),
    ...(visibility === undefined ? {} : { public: booleanCondition(visibility, 'public') }),
    ...(owner === undefined ? {} : { ownerName: owner.value }),
  };
}
