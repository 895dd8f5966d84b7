import type { SortKey } from '@berth/access';
import { type Sentence, say } from '@berth/oci';
import { ApiError } from './api-error.ts';

/** One condition of `q`. */
export interface Condition {
  readonly value: string;
  /** `k=~v`: a part is enough. */
  readonly fuzzy: boolean;
}

/**
 * Harbor's `q`: `k=v` and `k=~v`, joined by commas, perhaps percent-encoded once more. Only `fields` may be asked for, each once;
 * ranges and sets (`[ ] { } ( )`) are refused where no field has them.
 */
export function parseConditions<Field extends string>(q: string | undefined, fields: readonly Field[]): ReadonlyMap<Field, Condition> {
  const conditions = new Map<Field, Condition>();
  for (const term of decoded(q ?? '')
    .split(',')
    .filter((part) => part !== '')) {
    const equals = term.indexOf('=');
    const field = fields.find((known) => known === term.slice(0, equals));
    if (equals < 1 || field === undefined)
      throw badQuery(
        say('filter-unknown')`q knows the fields ${{ known: fields.join(', ') }} here, as in q=${{ first: fields[0] ?? '' }}=~text.`,
      );
    const value = term.slice(equals + 1);
    if (conditions.has(field)) throw badQuery(say('filter-twice')`q names ${{ field }} twice.`);
    if (/^[[({]/.test(value)) throw badQuery(say('filter-needs-value')`q takes a value or ~part for ${{ field }}, no range and no set.`);
    conditions.set(field, value.startsWith('~') ? { value: value.slice(1), fuzzy: true } : { value, fuzzy: false });
  }
  return conditions;
}

/** Harbor's `sort`: `field,-field`. Only fields of the map, which gives the port's name of each. */
export function parseSort(sort: string | undefined, fields: Readonly<Record<string, string>>): readonly SortKey[] {
  return (sort ?? '')
    .split(',')
    .map((term) => term.trim())
    .filter((term) => term !== '')
    .map((term) => {
      const descending = term.startsWith('-');
      const name = descending ? term.slice(1) : term;
      const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
      if (field === undefined)
        throw badQuery(
          say(
            'sort-unknown',
          )`sort knows the fields ${{ known: Object.keys(fields).join(', ') }} here; a - before one turns the order round.`,
        );
      return { field, descending };
    });
}

export function booleanCondition(condition: Condition, field: string): boolean {
  if (condition.value === 'true' || condition.value === 'false') return condition.value === 'true';
  throw badQuery(say('filter-needs-boolean')`q takes ${{ field }}=true or ${{ field }}=false.`);
}

function decoded(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new ApiError('BAD_REQUEST', say('filter-encoding')`q is not encoded properly.`, { cause });
  }
}

function badQuery(sentence: Sentence): ApiError {
  return new ApiError('BAD_REQUEST', sentence);
}
