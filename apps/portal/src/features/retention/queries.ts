import { retentionDecision, retentionExecution, retentionPolicy, retentionPreview, retentionTask } from '@berth/api-contract';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import { change, getOne, getPage } from '../../shared/api/fetcher.ts';
import { loadRefusals } from '../../shared/i18n/refusals.ts';
import { PAGE_SIZE } from '../../shared/list/list-view.tsx';
import { isUnderWay, lookAgainMs } from '../../shared/work/run-states.ts';
import { bodyOf, type PolicyDraft } from './policy-draft.ts';

export type RetentionExecution = z.output<typeof retentionExecution>;
export type RetentionTask = z.output<typeof retentionTask>;
export type RetentionDecision = z.output<typeof retentionDecision>;
export type RetentionPreview = z.output<typeof retentionPreview>;

export const RETENTION_KEY = ['retention'] as const;
/** What moves with a run. */
export const RUN_KEYS = [
  [...RETENTION_KEY, 'executions'],
  [...RETENTION_KEY, 'tasks'],
  [...RETENTION_KEY, 'decisions'],
] as const;

export const policyQuery = (id: number) =>
  queryOptions({
    queryKey: [...RETENTION_KEY, 'policy', id],
    queryFn: ({ signal }) => getOne(`/retentions/${id}`, retentionPolicy, { signal }),
  });

export const previewQuery = (projectId: number, draft: PolicyDraft) =>
  queryOptions({
    queryKey: [...RETENTION_KEY, 'preview', projectId, draft],
    queryFn: async () => {
      const { body } = await change('POST', '/retentions/preview', bodyOf(projectId, draft));
      return retentionPreview.parse(body);
    },
    placeholderData: keepPreviousData,
    retry: false,
  });

export const executionsQuery = (id: number, { page, isLive }: { readonly page: number; readonly isLive: boolean }) =>
  queryOptions({
    queryKey: [...RETENTION_KEY, 'executions', id, page],
    queryFn: async ({ signal }) => {
      const runs = await getPage(`/retentions/${id}/executions`, retentionExecution, { query: { page, page_size: PAGE_SIZE }, signal });
      if (runs.items.some(({ reason }) => reason !== undefined)) await loadRefusals();
      return runs;
    },
    placeholderData: keepPreviousData,
    refetchInterval: ({ state: { data } }) => lookAgainMs(data?.items.some(({ status }) => isUnderWay(status)) === true, isLive),
  });

export const tasksQuery = (id: number, execution: string, { page, isLive }: { readonly page: number; readonly isLive: boolean }) =>
  queryOptions({
    queryKey: [...RETENTION_KEY, 'tasks', id, execution, page],
    queryFn: ({ signal }) => getPage(tasksPath(id, execution), retentionTask, { query: { page, page_size: PAGE_SIZE }, signal }),
    placeholderData: keepPreviousData,
    // Without tasks it may not have begun.
    refetchInterval: ({ state: { data } }) =>
      lookAgainMs(data === undefined || data.items.length === 0 || data.items.some(({ status }) => isUnderWay(status)), isLive),
  });

export const decisionsQuery = (id: number, execution: string, { task, page }: { readonly task: number; readonly page: number }) =>
  queryOptions({
    queryKey: [...RETENTION_KEY, 'decisions', id, execution, task, page],
    queryFn: ({ signal }) =>
      getPage(`${tasksPath(id, execution)}/${task}/decisions`, retentionDecision, { query: { page, page_size: PAGE_SIZE }, signal }),
    placeholderData: keepPreviousData,
  });

/** Without an id the project gets its first policy. */
export const savePolicy = (projectId: number, id: number | undefined, draft: PolicyDraft) =>
  id === undefined
    ? change('POST', '/retentions', bodyOf(projectId, draft))
    : change('PUT', `/retentions/${id}`, { id, ...bodyOf(projectId, draft) });

export const startRun = (id: number, dryRun: boolean) => change('POST', `/retentions/${id}/executions`, { dry_run: dryRun });
export const stopRun = (id: number, execution: number) => change('PATCH', `/retentions/${id}/executions/${execution}`, { action: 'stop' });

function tasksPath(id: number, execution: string): string {
  return `/retentions/${id}/executions/${encodeURIComponent(execution)}/tasks`;
}
