import type { Member, Members, NewMember, Page, PageRequest } from '@berth/access';
import { say } from '@berth/oci';
import type { Knex } from 'knex';
import { rowsOf } from '../transactions.ts';
import { containsPattern, isSearchable, nameKey } from './name-keys.ts';
import { readPage } from './paging.ts';
import { namingConflicts } from './unique-violations.ts';

interface MemberRow {
  readonly id: number;
  readonly project_id: number;
  readonly user_id: number | null;
  readonly group_id: number | null;
  readonly entity_name: string;
  readonly role_id: number;
  readonly role_name: string;
  readonly repository_patterns: readonly string[] | null;
}

const COLUMNS = `m.id, m.project_id, m.user_id, m.group_id, coalesce(u.username, g.name) as entity_name,
  m.role_id::integer as role_id, r.name as role_name, m.repository_patterns`;
const TABLES = `project_members m join roles r on r.id = m.role_id
  left join users u on u.id = m.user_id left join user_groups g on g.id = m.group_id`;

const UNIQUE_FIELDS = [
  { constraint: 'project_members_once', field: 'member', sentence: say('member-already')`The user is a member of this project already.` },
  {
    constraint: 'project_members_group_once',
    field: 'member',
    sentence: say('group-member-already')`The group is a member of this project already.`,
  },
  {
    constraint: 'project_members_narrowed_once',
    field: 'member',
    sentence: say('role-held-already')`This role is held for some repositories of this project already.`,
  },
];

/** Memberships in Postgres. Every statement names the project too: a member of another project is not there. */
export function createMembers(knex: Knex): Members {
  return {
    list: (projectId, query) => list(knex, projectId, query),

    async find(projectId, memberId) {
      const rows = await rowsOf<MemberRow>(knex, `select ${COLUMNS} from ${TABLES} where m.project_id = ? and m.id = ?`, [
        projectId,
        memberId,
      ]);
      return rows[0] && memberOf(rows[0]);
    },

    add: (projectId, userId, roleId) => grant(knex, projectId, { entity: { kind: 'user', id: userId }, roleId }),
    grant: (projectId, member) => grant(knex, projectId, member),

    async setRole(projectId, memberId, roleId) {
      return namingConflicts(UNIQUE_FIELDS, async () => {
        const rows = await rowsOf(
          knex,
          'update project_members set role_id = ?, updated_at = now() where project_id = ? and id = ? returning 1',
          [roleId, projectId, memberId],
        );
        return rows.length > 0;
      });
    },

    async remove(projectId, memberId) {
      const rows = await rowsOf(knex, 'delete from project_members where project_id = ? and id = ? returning 1', [projectId, memberId]);
      return rows.length > 0;
    },
  };
}

async function list(knex: Knex, projectId: number, query: PageRequest & { readonly entityName?: string }): Promise<Page<Member>> {
  if (!isSearchable(query.entityName)) return { items: [], total: 0 };
  const named = query.entityName === undefined ? '' : 'and coalesce(u.username_key, g.name_key) like ?';
  return readPage<MemberRow, Member>(
    knex,
    {
      select: COLUMNS,
      from: `${TABLES} where m.project_id = ? ${named}`,
      bindings: query.entityName === undefined ? [projectId] : [projectId, containsPattern(nameKey(query.entityName))],
      sortable: { id: 'm.id', username: 'coalesce(u.username_key, g.name_key)', roleId: 'm.role_id', createdAt: 'm.created_at' },
      defaultSort: [{ field: 'id', descending: false }],
      tieBreak: 'm.id',
      toItem: memberOf,
    },
    query,
  );
}

const ENTITY = {
  user: { column: 'user_id', table: 'users e', living: 'and e.deleted_at is null' },
  group: { column: 'group_id', table: 'user_groups e', living: '' },
} as const;

async function grant(knex: Knex, projectId: number, { entity, roleId, repositoryPatterns }: NewMember): Promise<Member> {
  const { column, table, living } = ENTITY[entity.kind];
  return namingConflicts(UNIQUE_FIELDS, async () => {
    // Project, entity and role are locked against deletion while the membership is written.
    const added = await rowsOf<{ id: number }>(
      knex,
      `with found as (
         select p.id as project_id, e.id as entity_id, r.id as role_id from projects p, ${table}, roles r
         where p.id = ? and p.deleted_at is null and e.id = ? ${living} and r.id = ? for key share)
       insert into project_members (project_id, ${column}, role_id, repository_patterns)
       select project_id, entity_id, role_id, ?::text[] from found returning id`,
      [projectId, entity.id, roleId, repositoryPatterns ?? null],
    );
    const id = added[0]?.id;
    if (id === undefined) throw new Error('The project, the role, the user or the group does not exist any more; no member was added.');
    const rows = await rowsOf<MemberRow>(knex, `select ${COLUMNS} from ${TABLES} where m.project_id = ? and m.id = ?`, [projectId, id]);
    if (rows[0] === undefined) throw new Error('The member was removed again a moment after it was added.');
    return memberOf(rows[0]);
  });
}

function memberOf(row: MemberRow): Member {
  return {
    id: row.id,
    projectId: row.project_id,
    kind: row.user_id === null ? 'group' : 'user',
    entityId: row.user_id ?? row.group_id ?? 0,
    entityName: row.entity_name,
    roleId: row.role_id,
    roleName: row.role_name,
    repositoryPatterns: row.repository_patterns ?? undefined,
  };
}
