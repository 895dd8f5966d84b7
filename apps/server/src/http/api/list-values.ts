import { say } from '@berth/oci';
import type { TimeRange } from '@berth/registry';
import { ApiError } from './api-error.ts';

/**
 * Harbor's structured values of `q`, each where a field has them: `k=[from~to]` of moments, `k=(1 2)` of ids. They are taken out of `q`
 * before the plain conditions are read.
 */
export function takeStructured<Field extends string>(
  q: string | undefined,
  fields: readonly Field[],
): { readonly rest: string | undefined; readonly values: ReadonlyMap<Field, string> } {
  const values = new Map<Field, string>();
  if (q === undefined) return { rest: q, values };
  const rest = decoded(q)
    .split(',')
    .filter((term) => {
      const match = /^(\w+)=([[({].*[\])}])$/.exec(term);
      const field = fields.find((known) => known === match?.[1]);
      if (field === undefined || match?.[2] === undefined) return true;
      if (values.has(field)) throw new ApiError('BAD_REQUEST', say('filter-twice')`q names ${{ field }} twice.`);
      values.set(field, match[2]);
      return false;
    });
  return { rest: rest.length === 0 ? undefined : rest.join(','), values };
}

/** `[2026-01-01~2026-02-01]`; an end may be empty. */
export function timeRange(text: string, field: string): TimeRange {
  const match = /^\[([^~]*)~([^~]*)\]$/.exec(text);
  if (match === null)
    throw new ApiError(
      'BAD_REQUEST',
      say('filter-needs-range')`q takes a range of moments for ${{ field }}, as in ${{ field }}=[2026-01-01~2026-02-01].`,
    );
  return { from: moment(match[1] ?? '', field), to: moment(match[2] ?? '', field) };
}

function moment(text: string, field: string): Date | undefined {
  if (text === '') return undefined;
  // Harbor writes a blank between day and time.
  const found = new Date(/^\d{4}-\d{2}-\d{2} \d/.test(text) ? `${text.replace(' ', 'T')}Z` : text);
  if (Number.isNaN(found.getTime()) || !/^\d{4}-/.test(text))
    throw new ApiError('BAD_REQUEST', say('filter-moment')`q has a moment for ${{ field }} that cannot be read.`);
  return found;
}

const MAX_IDS = 50;

/** `(1 2)`: all of them. */
export function idSet(text: string, field: string): readonly number[] {
  const ids = /^\(\s*(\d{1,15}(?:\s+\d{1,15})*)\s*\)$/.exec(text)?.[1]?.split(/\s+/).map(Number);
  if (ids === undefined || ids.length > MAX_IDS)
    throw new ApiError(
      'BAD_REQUEST',
      say('filter-ids')`q takes at most ${{ most: MAX_IDS }} ids for ${{ field }}, as in ${{ field }}=(1 2).`,
    );
  return ids;
}

function decoded(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new ApiError('BAD_REQUEST', say('filter-encoding')`q is not encoded properly.`, { cause });
  }
}
