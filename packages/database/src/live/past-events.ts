import type { PastEventQuery, PastEvents, TextWanted } from '@berth/registry';
import type { Knex } from 'knex';
import { containsPattern, isSearchable } from '../access/name-keys.ts';
import { actorName } from '../content/actor-names.ts';
import { inOrder, readKeys } from '../content/key-page.ts';
import { rowsOf } from '../transactions.ts';
import { EVENT_COLUMNS, eventOf, type EventRow } from './event-rows.ts';

const TABLES = 'events e join repositories r on r.id = e.repository_id join projects p on p.id = e.project_id';

/** What was committed in the last days, in three statements for a page. Ids are given within transactions, so that they are nearly in order. */
export function createPastEvents(knex: Knex): PastEvents {
  return {
    async list(query) {
      const texts = [query.project, query.repository, query.kind, query.actorName];
      if (!isSearchable(...texts.map((wanted) => wanted?.value))) return { items: [], total: 0 };
      const { keys, total } = await readKeys<number>(
        knex,
        { key: 'e.id', ...conditions(query), sortable: { id: 'e.id' }, defaultSort: [{ field: 'id', descending: true }], tieBreak: 'e.id' },
        { page: query.page, pageSize: query.pageSize },
      );
      if (keys.length === 0) return { items: [], total };
      const rows = await rowsOf<EventRow>(knex, `select ${EVENT_COLUMNS} from ${TABLES} where e.id = any(?::bigint[])`, [keys]);
      return { items: inOrder(keys, new Map(rows.map((row) => [row.id, eventOf(row)]))), total };
    },
  };
}

function conditions(query: PastEventQuery): { readonly from: string; readonly bindings: readonly unknown[] } {
  const parts = ['p.deleted_at is null'];
  const bindings: unknown[] = [];
  const add = (condition: string, ...values: unknown[]): void => {
    parts.push(condition);
    bindings.push(...values);
  };
  const { scope } = query;
  if (scope !== 'everything')
    add('(p.public or p.id = any(?::bigint[]) or r.name ~ any(?::text[]))', scope.projectIds, scope.repositoryPatterns ?? []);
  const addText = (column: string, wanted: TextWanted | undefined): void => {
    if (wanted === undefined) return;
    if (wanted.fuzzy) add(`${column} like ?`, containsPattern(wanted.value));
    else add(`${column} = ?`, wanted.value);
  };
  addText('p.name', query.project);
  addText('r.name', query.repository);
  addText('e.kind', query.kind);
  addText(actorName('e.actor'), query.actorName);
  if (query.from !== undefined) add('e.created_at >= ?', query.from);
  if (query.to !== undefined) add('e.created_at <= ?', query.to);
  return { from: `${TABLES} where ${parts.join(' and ')}`, bindings };
}
