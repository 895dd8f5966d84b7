import { immutablePreview, immutableRule } from '@berth/api-contract';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import { change, getPage } from '../../shared/api/fetcher.ts';
import { PAGE_SIZE } from '../../shared/list/list-view.tsx';
import type { RuleSelectors } from '../../shared/policies/rule-scope.ts';

export type ImmutableRule = z.output<typeof immutableRule>;

export type ImmutablePreview = z.output<typeof immutablePreview>;

export const IMMUTABLE_KEY = ['immutable'] as const;

export const rulesQuery = (projectId: number, page: number) =>
  queryOptions({
    queryKey: [...IMMUTABLE_KEY, projectId, page],
    queryFn: ({ signal }) => getPage(path(projectId), immutableRule, { query: { page, page_size: PAGE_SIZE }, signal }),
    placeholderData: keepPreviousData,
  });

export const previewQuery = (projectId: number, scope: RuleSelectors) =>
  queryOptions({
    queryKey: [...IMMUTABLE_KEY, 'preview', projectId, scope],
    queryFn: async () => {
      const { body } = await change('POST', `${path(projectId)}/preview`, scope);
      return immutablePreview.parse(body);
    },
    placeholderData: keepPreviousData,
    retry: false,
  });

export const createRule = (projectId: number, scope: RuleSelectors) => change('POST', path(projectId), scope);
export const updateRule = (projectId: number, id: number, rule: object) => change('PUT', `${path(projectId)}/${id}`, rule);
export const deleteRule = (projectId: number, id: number) => change('DELETE', `${path(projectId)}/${id}`);

function path(projectId: number): string {
  return `/projects/${projectId}/immutabletagrules`;
}
