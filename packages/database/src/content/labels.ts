import type { ContentPage, Label, LabelQuery, Labels } from '@berth/registry';
import type { Knex } from 'knex';
import { containsPattern, isSearchable } from '../access/name-keys.ts';
import { rowsOf, sqlState } from '../transactions.ts';
import { type LabelRow, labelOf } from './artifact-details.ts';
import { inOrder, readKeys } from './key-page.ts';

const UNIQUE_VIOLATION = '23505';

export function createLabels(knex: Knex): Labels {
  return {
    list: (query) => list(knex, query),

    async find(id) {
      const rows = await rowsOf<LabelRow>(
        knex,
        `select l.* from labels l where l.id = ?
           and (l.project_id is null or exists (select 1 from projects p where p.id = l.project_id and p.deleted_at is null))`,
        [id],
      );
      return rows[0] && labelOf(rows[0]);
    },

    create: ({ projectId, name, description, color }) =>
      unlessTaken(async () => {
        const rows = await rowsOf<LabelRow>(
          knex,
          'insert into labels (project_id, name, description, color) values (?, ?, ?, ?) returning *',
          [projectId ?? null, name, description, color],
        );
        if (rows[0] === undefined) throw new Error('The database did not return the label it created.');
        return labelOf(rows[0]);
      }),

    update: (id, { name, description, color }) =>
      unlessTaken(async () => {
        const rows = await rowsOf(
          knex,
          'update labels set name = ?, description = ?, color = ?, updated_at = now() where id = ? returning 1',
          [name, description, color, id],
        );
        return rows.length > 0 ? 'updated' : 'absent';
      }),

    async remove(id) {
      return (await rowsOf(knex, 'delete from labels where id = ? returning 1', [id])).length > 0;
    },

    async attach(labelId, manifestId) {
      const rows = await rowsOf<{ fits: boolean; added: boolean }>(
        knex,
        `with fits as (
           select l.id as label_id, m.id as manifest_id from labels l, manifests m join repositories r on r.id = m.repository_id
           where l.id = ? and m.id = ? and (l.project_id is null or l.project_id = r.project_id) for key share of l, m),
         added as (
           insert into manifest_labels (label_id, manifest_id) select label_id, manifest_id from fits
           on conflict (manifest_id, label_id) do nothing returning 1)
         select exists (select 1 from fits) as fits, exists (select 1 from added) as added`,
        [labelId, manifestId],
      );
      if (rows[0]?.fits !== true) return 'absent';
      return rows[0].added ? 'attached' : 'attached before';
    },

    async detach(labelId, manifestId) {
      const rows = await rowsOf(knex, 'delete from manifest_labels where label_id = ? and manifest_id = ? returning 1', [
        labelId,
        manifestId,
      ]);
      return rows.length > 0;
    },
  };
}

async function list(knex: Knex, query: LabelQuery): Promise<ContentPage<Label>> {
  if (!isSearchable(query.namePart, query.exactName)) return { items: [], total: 0 };
  const conditions = [query.projectId === undefined ? 'l.project_id is null' : 'l.project_id = ?'];
  const bindings: unknown[] = query.projectId === undefined ? [] : [query.projectId];
  if (query.namePart !== undefined) {
    conditions.push('l.name like ?');
    bindings.push(containsPattern(query.namePart));
  }
  if (query.exactName !== undefined) {
    conditions.push('l.name = ?');
    bindings.push(query.exactName);
  }
  const { keys, total } = await readKeys<number>(
    knex,
    {
      key: 'l.id',
      from: `labels l where ${conditions.join(' and ')}`,
      bindings,
      sortable: { id: 'l.id', name: 'l.name', createdAt: 'l.created_at', updatedAt: 'l.updated_at' },
      defaultSort: [{ field: 'name', descending: false }],
      tieBreak: 'l.id',
    },
    query,
  );
  if (keys.length === 0) return { items: [], total };
  const rows = await rowsOf<LabelRow>(knex, 'select * from labels where id = any(?::bigint[])', [keys]);
  return { items: inOrder(keys, new Map(rows.map((row) => [row.id, labelOf(row)]))), total };
}

async function unlessTaken<Result>(work: () => Promise<Result>): Promise<Result | 'taken'> {
  try {
    return await work();
  } catch (error) {
    if (sqlState(error) === UNIQUE_VIOLATION) return 'taken';
    throw error;
  }
}
