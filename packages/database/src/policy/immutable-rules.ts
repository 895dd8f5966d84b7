import type { ImmutableRule, ImmutableRules, TagName, TagRule } from '@berth/registry';
import type { Knex } from 'knex';
import { readPage } from '../access/paging.ts';
import { rowsOf, sqlState } from '../transactions.ts';

const UNIQUE_VIOLATION = '23505';

export function createImmutableRules(knex: Knex): ImmutableRules {
  return {
    list: (projectId, query) =>
      readPage<ImmutableRule, ImmutableRule>(
        knex,
        {
          select: 'id, priority, disabled, rule',
          from: 'immutable_rules where project_id = ?',
          bindings: [projectId],
          sortable: { id: 'id' },
          defaultSort: [{ field: 'id', descending: false }],
          tieBreak: 'id',
          toItem: (row) => row,
        },
        query,
      ),

    async add(projectId, { priority, disabled, rule }) {
      const rows = await rowsOf<{ id: number }>(
        knex,
        `insert into immutable_rules (project_id, priority, disabled, rule) values (?, ?, ?, ?::jsonb)
         on conflict (project_id, md5(rule::text)) do nothing returning id`,
        [projectId, priority, disabled, JSON.stringify(rule)],
      );
      return rows[0]?.id;
    },

    async change(projectId, id, { priority, disabled, rule }) {
      try {
        const rows = await rowsOf(
          knex,
          `update immutable_rules set priority = ?, disabled = ?, rule = ?::jsonb, updated_at = now() where project_id = ? and id = ? returning 1`,
          [priority, disabled, JSON.stringify(rule), projectId, id],
        );
        return rows.length > 0 ? 'changed' : 'absent';
      } catch (error) {
        if (sqlState(error) === UNIQUE_VIOLATION) return 'exists';
        throw error;
      }
    },

    async remove(projectId, id) {
      const rows = await rowsOf(knex, 'delete from immutable_rules where project_id = ? and id = ? returning 1', [projectId, id]);
      return rows.length > 0;
    },

    tagNames: (projectId, limit) =>
      rowsOf<TagName>(
        knex,
        `select r.name as repository, t.name as tag from repositories r join tags t on t.repository_id = r.id
         where r.project_id = ? and r.deleted_at is null and t.accessory_of is null order by r.name, t.name limit ?`,
        [projectId, limit],
      ),

    async active(projectId) {
      const rows = await rowsOf<{ rule: TagRule }>(knex, 'select rule from immutable_rules where project_id = ? and not disabled', [
        projectId,
      ]);
      return rows.map(({ rule }) => rule);
    },
  };
}
