import { auditLogExt } from '@berth/api-contract';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import { getPage } from '../../shared/api/fetcher.ts';
import { conditionValue } from '../../shared/list/list-search.ts';
import { PAGE_SIZE } from '../../shared/list/list-view.tsx';

export type AuditEntry = z.output<typeof auditLogExt>;

export const projectActivityQuery = (project: string, { page, filter }: { readonly page: number; readonly filter: string }) =>
  queryOptions({
    queryKey: ['activity', project, { page, filter }],
    queryFn: ({ signal }) => {
      const who = conditionValue(filter);
      return getPage(`/projects/${encodeURIComponent(project)}/auditlog-exts`, auditLogExt, {
        query: { page, page_size: PAGE_SIZE, q: who === '' ? undefined : `username=~${who}` },
        signal,
      });
    },
    placeholderData: keepPreviousData,
    refetchInterval: 10_000,
  });
