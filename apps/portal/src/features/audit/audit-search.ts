import { conditionValue } from '../../shared/list/list-search.ts';

/** What the address of the audit page asks for. */
export interface AuditSearch {
  readonly who?: string;
  readonly on?: string;
  readonly action?: string;
  readonly type?: string;
  readonly result?: 'done' | 'denied';
  /** Days such as 2026-11-25, UTC; both are part of the range. */
  readonly from?: string;
  readonly to?: string;
}

const MAX_WORD = 200;

export function parseAuditSearch(search: Record<string, unknown>): AuditSearch {
  const { result } = search;
  return {
    ...word(search, 'who'),
    ...word(search, 'on'),
    ...word(search, 'action'),
    ...word(search, 'type'),
    ...(result === 'done' || result === 'denied' ? { result } : {}),
    ...day(search, 'from'),
    ...day(search, 'to'),
  };
}

/** The API's `q`; undefined for everything. */
export function conditionsOf({ who, on, action, type, result, from, to }: AuditSearch): string | undefined {
  const terms = [
    ...part('username=~', who),
    ...part('resource=~', on),
    ...part('operation=', action),
    ...part('resource_type=', type),
    ...(result === undefined ? [] : [`operation_result=${result === 'done'}`]),
    ...(from === undefined && to === undefined ? [] : [`op_time=[${from ?? ''}~${to === undefined ? '' : `${to}T23:59:59.999Z`}]`]),
  ];
  return terms.length === 0 ? undefined : terms.join(',');
}

function part(condition: string, text: string | undefined): string[] {
  const value = conditionValue(text ?? '');
  return value === '' ? [] : [condition + value];
}

function word<Name extends string>(search: Record<string, unknown>, name: Name): { [N in Name]?: string } {
  const value = search[name];
  if ((typeof value !== 'string' && typeof value !== 'number') || value === '') return {};
  return { [name]: String(value).slice(0, MAX_WORD) } as { [N in Name]?: string };
}

function day<Name extends string>(search: Record<string, unknown>, name: Name): { [N in Name]?: string } {
  const value = search[name];
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value) || Number.isNaN(Date.parse(value))) return {};
  return { [name]: value } as { [N in Name]?: string };
}
