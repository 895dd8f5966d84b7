import { type ProjectQuery, type ProjectScope } from '@berth/access';
import { OPERATIONS } from '@berth/api-contract';
import { publicEndpoint } from '../endpoint.ts';
import { booleanCondition, parseConditions, parseSort } from '../list-query.ts';
import { listReply, pageRequest } from '../paging.ts';
import { projectView } from './project-view.ts';

const SORT_FIELDS = {
  name: 'name',
  project_id: 'id',
  creation_time: 'createdAt',
  update_time: 'updatedAt',
  owner_name: 'ownerName',
  repo_count: 'repositoryCount',
};

/** Public projects, one's own, and for system administrators all. Three statements, whatever the number of projects. */
export const listProjects = publicEndpoint(OPERATIONS.listProjects, async ({ parts, request, caller, query }) => {
  const { projects, standings } = parts.identity.stores;
  const scope: ProjectScope = caller?.actor.systemAdmin === true ? 'everything' : { memberId: caller?.actor.id };
  const { items, total } = await projects.list({
    ...pageRequest(query, parseSort(query.sort, SORT_FIELDS)),
    ...fromConditions(query.q),
    ...(query.name === undefined ? {} : { name: query.name }),
    ...(query.public === undefined ? {} : { public: query.public }),
    ...(query.owner === undefined ? {} : { ownerName: query.owner }),
    scope,
  });
  const ids = items.map(({ id }) => id);
  const roles = caller === undefined || ids.length === 0 ? undefined : await standings.rolesIn(ids, caller.actor.id);
  return listReply(
    items.map((project) => projectView(project, roles?.get(project.id) ?? [])),
    { request, query, total },
  );
});

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
