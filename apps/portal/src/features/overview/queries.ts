import { immutableRule, projectMemberEntity, projectSummary, repository, retentionPolicy } from '@berth/api-contract';
import { queryOptions } from '@tanstack/react-query';
import { getOne, getPage } from '../../shared/api/fetcher.ts';
import { PROJECTS_KEY } from '../../shared/session/project.ts';

const RECENT = 5;

export const summaryQuery = (projectId: number) =>
  queryOptions({
    queryKey: [...PROJECTS_KEY, 'summary', projectId],
    queryFn: ({ signal }) => getOne(`/projects/${projectId}/summary`, projectSummary, { signal }),
    refetchInterval: 30_000,
  });

export const recentQuery = (name: string) =>
  queryOptions({
    queryKey: [...PROJECTS_KEY, 'repositories', name, 'recent'],
    queryFn: ({ signal }) =>
      getPage(`/projects/${encodeURIComponent(name)}/repositories`, repository, {
        query: { sort: '-update_time', page_size: RECENT },
        signal,
      }),
    // Pushes make it look again; what deletes and restores does not tell.
    refetchInterval: 30_000,
  });

export const memberCountQuery = (projectId: number) =>
  queryOptions({
    queryKey: [...PROJECTS_KEY, 'members', projectId, 'count'],
    queryFn: async ({ signal }) =>
      (await getPage(`/projects/${projectId}/members`, projectMemberEntity, { query: { page_size: 1 }, signal })).total,
  });

/** How many rules keep tags from changing. */
export const immutableCountQuery = (projectId: number) =>
  queryOptions({
    queryKey: ['immutable', projectId, 'count'],
    queryFn: async ({ signal }) =>
      (await getPage(`/projects/${projectId}/immutabletagrules`, immutableRule, { query: { page_size: 1 }, signal })).total,
  });

/** Of the project's policy: its rules that are at work, and whether it runs by itself. */
export const retentionQuery = (policyId: string) =>
  queryOptions({
    queryKey: ['retention', 'policy', 'overview', policyId],
    queryFn: async ({ signal }) => {
      const { rules, trigger } = await getOne(`/retentions/${policyId}`, retentionPolicy, { signal });
      const { cron } = trigger.settings as { readonly cron?: unknown };
      return { rules: rules.filter(({ disabled }) => !disabled).length, isPlanned: typeof cron === 'string' && cron !== '' };
    },
  });
