import { activity, auditLogExt } from '@berth/api-contract';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import { getPage } from '../../shared/api/fetcher.ts';
import { conditionValue } from '../../shared/list/list-search.ts';
import { PAGE_SIZE } from '../../shared/list/list-view.tsx';
import type { EventKind } from './event-kinds.ts';

export type PastEvent = z.output<typeof activity>;
export type AuditEntry = z.output<typeof auditLogExt>;

export const ACTIVITY_KEY = ['activity'] as const;
const LOOK_EVERY_MS = 10_000;
/** Beside a stream of events: what is no push and no deletion, such as a new member, it does not tell. */
const LOOK_BESIDE_EVENTS_MS = 30_000;

interface Wanted {
  readonly page: number;
  /** A part of a user's name. */
  readonly filter: string;
}

/** Of a project; without one of all that the caller may know of. */
export const activityQuery = (project: string | undefined, { page, filter }: Wanted, isLive: boolean) =>
  queryOptions({
    queryKey: [...ACTIVITY_KEY, 'audit', project ?? null, { page, filter }],
    queryFn: ({ signal }) => {
      const who = conditionValue(filter);
      const within = project === undefined ? '' : `/projects/${encodeURIComponent(project)}`;
      return getPage(`${within}/auditlog-exts`, auditLogExt, {
        query: { page, page_size: PAGE_SIZE, q: who === '' ? undefined : `username=~${who}` },
        signal,
      });
    },
    placeholderData: keepPreviousData,
    refetchInterval: isLive ? LOOK_BESIDE_EVENTS_MS : LOOK_EVERY_MS,
  });

interface ContentWanted {
  readonly page: number;
  /** A part of the name of a repository, with its project. */
  readonly filter: string;
  readonly kind: EventKind | undefined;
}

/** What happened in every repository that the caller may see. */
export const contentQuery = ({ page, filter, kind }: ContentWanted, isLive: boolean) =>
  queryOptions({
    queryKey: [...ACTIVITY_KEY, 'content', { page, filter, kind }],
    queryFn: ({ signal }) => {
      const where = conditionValue(filter);
      const q = [...(where === '' ? [] : [`repository=~${where}`]), ...(kind === undefined ? [] : [`kind=${kind}`])].join(',');
      return getPage('/activity', activity, { query: { page, page_size: PAGE_SIZE, q: q === '' ? undefined : q }, signal });
    },
    placeholderData: keepPreviousData,
    refetchInterval: isLive ? LOOK_BESIDE_EVENTS_MS : LOOK_EVERY_MS,
  });
