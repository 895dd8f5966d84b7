import type { RepositoryQuery } from '@berth/registry';
import { parseConditions, parseSort } from '../list-query.ts';
import { type PageQuery, pageRequest } from '../paging.ts';

const SORT_FIELDS = {
  name: 'name',
  id: 'id',
  repository_id: 'id',
  creation_time: 'createdAt',
  update_time: 'updatedAt',
  pull_count: 'pullCount',
};

type ListQuery = PageQuery & { readonly q?: string | undefined; readonly sort?: string | undefined };

/** Paging, order and conditions of both lists of repositories. Names are full ones: `team/app`. */
export function repositoryQuery(query: ListQuery): Omit<RepositoryQuery, 'scope'> {
  const name = parseConditions(query.q, ['name']).get('name');
  return {
    ...pageRequest(query, parseSort(query.sort, SORT_FIELDS)),
    ...(name === undefined ? {} : name.fuzzy ? { namePart: name.value } : { exactName: name.value }),
  };
}
