import { label } from '@berth/api-contract';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import { change, getPage } from '../../shared/api/fetcher.ts';
import { PAGE_SIZE } from '../../shared/list/list-view.tsx';

export type Label = z.output<typeof label>;

export const LABELS_KEY = ['labels'] as const;

/** Of the whole registry, or of one project. */
export type LabelScope = { readonly scope: 'g' } | { readonly scope: 'p'; readonly project_id: number };

export interface LabelsWanted {
  readonly page: number;
  readonly filter: string;
  readonly sort: string;
}

export const labelsQuery = (where: LabelScope, { page, filter, sort }: LabelsWanted) =>
  queryOptions({
    queryKey: [...LABELS_KEY, where, { page, filter, sort }],
    queryFn: ({ signal }) =>
      getPage('/labels', label, { query: { ...where, page, page_size: PAGE_SIZE, name: filter.trim(), sort }, signal }),
    placeholderData: keepPreviousData,
  });

export interface LabelContent {
  readonly name: string;
  readonly description: string;
  /** `#1d9e75`. */
  readonly color: string;
}

export const createLabel = (where: LabelScope, content: LabelContent) => change('POST', '/labels', { ...where, ...content });
export const updateLabel = (id: number, content: LabelContent) => change('PUT', `/labels/${id}`, content);
export const deleteLabel = (id: number) => change('DELETE', `/labels/${id}`);
