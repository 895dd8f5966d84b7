import { auditLogExt, auditVerdict, gcSchedule } from '@berth/api-contract';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
import { apiUrl, change, getOne, getPage } from '../../shared/api/fetcher.ts';
import { loadRefusals } from '../../shared/i18n/refusals.ts';
import { PAGE_SIZE } from '../../shared/list/list-view.tsx';
import { type AuditSearch, conditionsOf } from './audit-search.ts';

export type AuditEntry = z.output<typeof auditLogExt>;
export type AuditVerdict = z.output<typeof auditVerdict>;
export type ScheduleType = 'None' | 'Hourly' | 'Daily' | 'Weekly' | 'Custom';

export const AUDIT_KEY = ['audit'] as const;

export const entriesQuery = (search: AuditSearch, page: number) =>
  queryOptions({
    queryKey: [...AUDIT_KEY, 'entries', search, page],
    queryFn: ({ signal }) =>
      getPage('/auditlog-exts', auditLogExt, { query: { page, page_size: PAGE_SIZE, q: conditionsOf(search) }, signal }),
    placeholderData: keepPreviousData,
  });

/** Reads the whole log: only when somebody asks for it. */
export const verdictQuery = queryOptions({
  queryKey: [...AUDIT_KEY, 'verdict'],
  queryFn: async ({ signal }) => {
    const verdict = await getOne('/auditlog-exts/verify', auditVerdict, { signal });
    if (!verdict.ok) await loadRefusals();
    return verdict;
  },
  enabled: false,
  staleTime: 0,
});

export const purgeQuery = queryOptions({
  queryKey: [...AUDIT_KEY, 'purge'],
  queryFn: ({ signal }) => getOne('/system/purgeaudit/schedule', gcSchedule, { signal }),
  staleTime: Number.POSITIVE_INFINITY,
});

export function exportUrl(search: AuditSearch, format: 'csv' | 'jsonl'): string {
  return apiUrl('/auditlog-exts/export', { q: conditionsOf(search), format });
}

const parameters = z.object({ audit_retention_hour: z.number() });

/** How many hours stay, of the schedule's JSON text; undefined without a schedule. */
export function keptHours(text: string | undefined): number | undefined {
  try {
    return parameters.parse(JSON.parse(text ?? '')).audit_retention_hour;
  } catch {
    return undefined;
  }
}

export interface Purge {
  readonly type: ScheduleType | 'Manual';
  readonly cron: string;
  readonly hours: number;
  readonly dryRun: boolean;
}

export function purge({ type, cron, hours, dryRun }: Purge): Promise<unknown> {
  return change(type === 'Manual' ? 'POST' : 'PUT', '/system/purgeaudit/schedule', {
    schedule: { type, ...(type === 'Custom' ? { cron } : {}) },
    parameters: { audit_retention_hour: hours, dry_run: dryRun },
  });
}
