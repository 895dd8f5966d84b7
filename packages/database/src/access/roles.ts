import {
  isProjectAction,
  isRoleId,
  type Page,
  type PageRequest,
  type Role,
  ROLE_ACTIONS,
  type RoleContent,
  type Roles,
} from '@berth/access';
import { say } from '@berth/oci';
import type { Knex } from 'knex';
import { inTransaction, rowsOf, sqlState } from '../transactions.ts';
import { readPage } from './paging.ts';
import { namingConflicts } from './unique-violations.ts';

interface RoleRow {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  readonly actions: readonly string[] | null;
}

/** More would make no list of choices better, and every one is read when deciding. */
const MAX_ROLES = 100;
const FIRST_OWN_ID = 100;
const FOREIGN_KEY_VIOLATION = '23503';
const COLUMNS = 'id::integer as id, name, description, actions';
const UNIQUE_FIELDS = [
  { constraint: 'roles_name_key', field: 'name', sentence: say('role-name-taken')`A role with this name exists already.` },
];

/** Roles in Postgres: Harbor's five, and those made here with ids from 100. */
export function createRoles(knex: Knex): Roles {
  return {
    list: (query) => list(knex, query),

    async find(id) {
      const rows = await rowsOf<RoleRow>(knex, `select ${COLUMNS} from roles where id = ?::bigint`, [id]);
      return rows[0] && roleOf(rows[0]);
    },

    create: (role) => create(knex, role),

    async update(id, role) {
      return namingConflicts(UNIQUE_FIELDS, async () => {
        const rows = await rowsOf(
          knex,
          'update roles set name = ?, description = ?, actions = ?::text[] where id = ?::bigint and id >= ? returning 1',
          [role.name, role.description, role.actions, id, FIRST_OWN_ID],
        );
        return rows.length > 0;
      });
    },

    async remove(id) {
      try {
        const rows = await rowsOf(knex, 'delete from roles where id = ?::bigint and id >= ? returning 1', [id, FIRST_OWN_ID]);
        return rows.length > 0 ? 'removed' : 'absent';
      } catch (error) {
        if (sqlState(error) === FOREIGN_KEY_VIOLATION) return 'in use';
        throw error;
      }
    },
  };
}

async function list(knex: Knex, query: PageRequest): Promise<Page<Role>> {
  return readPage<RoleRow, Role>(
    knex,
    {
      select: COLUMNS,
      from: 'roles',
      bindings: [],
      sortable: { id: 'roles.id', name: 'name' },
      defaultSort: [{ field: 'id', descending: false }],
      tieBreak: 'roles.id',
      toItem: roleOf,
    },
    query,
  );
}

async function create(knex: Knex, role: RoleContent): Promise<Role | 'too many'> {
  return namingConflicts(UNIQUE_FIELDS, () =>
    inTransaction(knex, async (transaction) => {
      await rowsOf(transaction, 'lock table roles in share row exclusive mode', []);
      const [count] = await rowsOf<{ own: number }>(transaction, 'select count(*) as own from roles where id >= ?', [FIRST_OWN_ID]);
      if ((count?.own ?? 0) >= MAX_ROLES) return 'too many';
      const rows = await rowsOf<RoleRow>(
        transaction,
        `insert into roles (id, name, description, actions) values (nextval('roles_own_ids'), ?, ?, ?::text[]) returning ${COLUMNS}`,
        [role.name, role.description, role.actions],
      );
      if (rows[0] === undefined) throw new Error('The database did not return the role it created.');
      return roleOf(rows[0]);
    }),
  );
}

function roleOf(row: RoleRow): Role {
  const builtIn = isRoleId(row.id);
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    builtIn,
    actions: (isRoleId(row.id) ? ROLE_ACTIONS.get(row.id) : undefined) ?? new Set((row.actions ?? []).filter(isProjectAction)),
  };
}
