import type { GroupMember, Groups, GroupType, Page, PageRequest, UserGroup } from '@berth/access';
import { say } from '@berth/oci';
import type { Knex } from 'knex';
import { rowsOf } from '../transactions.ts';
import { containsPattern, isSearchable, nameKey } from './name-keys.ts';
import { readPage } from './paging.ts';
import { namingConflicts } from './unique-violations.ts';

interface GroupRow {
  readonly id: number;
  readonly name: string;
  readonly type: GroupType;
  readonly ldap_dn: string;
}

const COLUMNS = 'g.id, g.name, g.type::integer as type, g.ldap_dn';
const UNIQUE_FIELDS = [
  { constraint: 'user_groups_name', field: 'name', sentence: say('group-name-taken')`A user group with this name exists already.` },
];

/** Groups of users in Postgres. */
export function createGroups(knex: Knex): Groups {
  return {
    async create(group) {
      return namingConflicts(UNIQUE_FIELDS, async () => {
        const rows = await rowsOf<GroupRow>(
          knex,
          `insert into user_groups as g (name, name_key, type, ldap_dn) values (?, ?, ?, ?) returning ${COLUMNS}`,
          [group.name, nameKey(group.name), group.type, group.ldapDn],
        );
        if (rows[0] === undefined) throw new Error('The database did not return the group it created.');
        return groupOf(rows[0]);
      });
    },

    async find(id) {
      const rows = await rowsOf<GroupRow>(knex, `select ${COLUMNS} from user_groups g where g.id = ?`, [id]);
      return rows[0] && groupOf(rows[0]);
    },

    async findByName(name) {
      if (!isSearchable(name)) return undefined;
      const rows = await rowsOf<GroupRow>(knex, `select ${COLUMNS} from user_groups g where g.name_key = ?`, [nameKey(name)]);
      return rows[0] && groupOf(rows[0]);
    },

    list: (query) => list(knex, query),

    async rename(id, name) {
      return namingConflicts(UNIQUE_FIELDS, async () => {
        const rows = await rowsOf(knex, 'update user_groups set name = ?, name_key = ?, updated_at = now() where id = ? returning 1', [
          name,
          nameKey(name),
          id,
        ]);
        return rows.length > 0;
      });
    },

    async remove(id) {
      const rows = await rowsOf(knex, 'delete from user_groups where id = ? returning 1', [id]);
      return rows.length > 0;
    },

    members: (groupId, query) => members(knex, groupId, query),

    async addMember(groupId, userId) {
      // Both are locked against deletion while the membership is written.
      const rows = await rowsOf(
        knex,
        `with found as (
           select g.id as group_id, u.id as user_id from user_groups g, users u
           where g.id = ? and u.id = ? and u.deleted_at is null for key share),
         added as (insert into user_group_members (group_id, user_id) select group_id, user_id from found on conflict do nothing)
         select 1 from found`,
        [groupId, userId],
      );
      return rows.length > 0;
    },

    async removeMember(groupId, userId) {
      const rows = await rowsOf(knex, 'delete from user_group_members where group_id = ? and user_id = ? returning 1', [groupId, userId]);
      return rows.length > 0;
    },
  };
}

async function list(knex: Knex, query: Parameters<Groups['list']>[0]): Promise<Page<UserGroup>> {
  if (!isSearchable(query.namePart, query.ldapDn)) return { items: [], total: 0 };
  const conditions = ['true'];
  const bindings: string[] = [];
  if (query.namePart !== undefined) {
    conditions.push('g.name_key like ?');
    bindings.push(containsPattern(nameKey(query.namePart)));
  }
  if (query.ldapDn !== undefined) {
    conditions.push('g.ldap_dn = ?');
    bindings.push(query.ldapDn);
  }
  return readPage<GroupRow, UserGroup>(
    knex,
    {
      select: COLUMNS,
      from: `user_groups g where ${conditions.join(' and ')}`,
      bindings,
      sortable: { id: 'g.id', name: 'g.name_key' },
      defaultSort: [{ field: 'name', descending: false }],
      tieBreak: 'g.id',
      toItem: groupOf,
    },
    query,
  );
}

async function members(knex: Knex, groupId: number, query: PageRequest): Promise<Page<GroupMember>> {
  return readPage<{ id: number; username: string }, GroupMember>(
    knex,
    {
      select: 'u.id, u.username',
      from: 'user_group_members m join users u on u.id = m.user_id where m.group_id = ?',
      bindings: [groupId],
      sortable: { username: 'u.username_key' },
      defaultSort: [{ field: 'username', descending: false }],
      tieBreak: 'u.id',
      toItem: (row) => ({ userId: row.id, username: row.username }),
    },
    query,
  );
}

function groupOf(row: GroupRow): UserGroup {
  return { id: row.id, name: row.name, type: row.type, ldapDn: row.ldap_dn };
}
