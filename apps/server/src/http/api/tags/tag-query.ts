import type { TagQuery } from '@berth/registry';
import { parseConditions, parseSort } from '../list-query.ts';
import { type PageQuery, pageRequest } from '../paging.ts';

const SORT_FIELDS = {
  id: 'id',
  name: 'name',
  version: 'version',
  push_time: 'pushedAt',
  creation_time: 'createdAt',
  pull_time: 'pulledAt',
};

type ListQuery = PageQuery & { readonly q?: string | undefined; readonly sort?: string | undefined };

/** `q=name=v1`, `name=~part`, or with `*` and `?` a pattern, `name=v1.*`. */
export function tagQuery(query: ListQuery): TagQuery {
  const name = parseConditions(query.q, ['name']).get('name');
  return { ...pageRequest(query, parseSort(query.sort, SORT_FIELDS)), ...(name === undefined ? {} : nameCondition(name)) };
}

function nameCondition({ value, fuzzy }: { readonly value: string; readonly fuzzy: boolean }): Partial<TagQuery> {
  if (fuzzy) return { namePart: value };
  return /[*?]/.test(value) ? { glob: value } : { exactName: value };
}
