import type { PageRequest, SortKey } from '@berth/access';
import type { Request } from 'express';
import { API_BASE } from './api-parts.ts';
import type { Reply } from './endpoint.ts';

export interface PageQuery {
  readonly page: number;
  readonly page_size: number;
}

export function pageRequest(query: PageQuery, sort: readonly SortKey[] = []): PageRequest {
  return { page: query.page, pageSize: query.page_size, ...(sort.length === 0 ? {} : { sort }) };
}

export interface ListAnswer {
  readonly request: Request;
  readonly query: PageQuery;
  readonly total: number;
}

/** A page with X-Total-Count and, where there are neighbours, Link (RFC 8288), whose addresses keep every other parameter. */
export function listReply(json: readonly unknown[], { request, query, total }: ListAnswer): Reply {
  const { page, page_size: size } = query;
  const links = [
    ...(page > 1 && (page - 1) * size < total ? [link(request, { ...query, page: page - 1 }, 'prev')] : []),
    ...(page * size < total ? [link(request, { ...query, page: page + 1 }, 'next')] : []),
  ];
  return { json, headers: { 'x-total-count': String(total), ...(links.length === 0 ? {} : { link: links.join(' , ') }) } };
}

function link(request: Request, { page, page_size: size }: PageQuery, relation: 'prev' | 'next'): string {
  const url = new URL(request.originalUrl, 'http://path.invalid');
  url.searchParams.set('page', String(page));
  url.searchParams.set('page_size', String(size));
  return `<${API_BASE}${url.pathname.slice(API_BASE.length)}${url.search}>; rel="${relation}"`;
}
