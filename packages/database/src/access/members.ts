import type { Member, Members, Page, PageRequest, RoleId } from '@berth/access';
import type { Knex } from 'knex';
import { rowsOf } from '../transactions.ts';
import { containsPattern, isSearchable, nameKey } from './name-keys.ts';
import { readPage } from './paging.ts';
import { namingConflicts } from './unique-violations.ts';

interface MemberRow {
  readonly id: number;
  readonly project_id: number;
  readonly user_id: number;
  readonly username: string;
  readonly role_id: RoleId;
}

const COLUMNS = 'm.id, m.project_id, m.user_id, u.username, m.role_id';

const UNIQUE_FIELDS = [{ constraint: 'project_members_once', field: 'member', message: 'The user is a member of this project already.' }];

/** Memberships in Postgres. Every statement names the project too: a member of another project is not there. */
export function createMembers(knex: Knex): Members {
  return {
    list: (projectId, query) => list(knex, projectId, query),

    async find(projectId, memberId) {
      const rows = await rowsOf<MemberRow>(
        knex,
        `select ${COLUMNS} from project_members m join users u on u.id = m.user_id where m.project_id = ? and m.id = ?`,
        [projectId, memberId],
      );
      return rows[0] && memberOf(rows[0]);
    },

    add: (projectId, userId, roleId) => add(knex, { projectId, userId, roleId }),

    async setRole(projectId, memberId, roleId) {
      const rows = await rowsOf(
        knex,
        'update project_members set role_id = ?, updated_at = now() where project_id = ? and id = ? returning 1',
        [roleId, projectId, memberId],
      );
      return rows.length > 0;
    },

    async remove(projectId, memberId) {
      const rows = await rowsOf(knex, 'delete from project_members where project_id = ? and id = ? returning 1', [projectId, memberId]);
      return rows.length > 0;
    },
  };
}

async function list(knex: Knex, projectId: number, query: PageRequest & { readonly entityName?: string }): Promise<Page<Member>> {
  if (!isSearchable(query.entityName)) return { items: [], total: 0 };
  const named = query.entityName === undefined ? '' : 'and u.username_key like ?';
  return readPage<MemberRow, Member>(
    knex,
    {
      select: COLUMNS,
      from: `project_members m join users u on u.id = m.user_id where m.project_id = ? ${named}`,
      bindings: query.entityName === undefined ? [projectId] : [projectId, containsPattern(nameKey(query.entityName))],
      sortable: { id: 'm.id', username: 'u.username_key', roleId: 'm.role_id', createdAt: 'm.created_at' },
      defaultSort: [{ field: 'id', descending: false }],
      tieBreak: 'm.id',
      toItem: memberOf,
    },
    query,
  );
}

interface NewMember {
  readonly projectId: number;
  readonly userId: number;
  readonly roleId: RoleId;
}

async function add(knex: Knex, { projectId, userId, roleId }: NewMember): Promise<Member> {
  return namingConflicts(UNIQUE_FIELDS, async () => {
    // Both are locked against deletion while the membership is written.
    const rows = await rowsOf<MemberRow>(
      knex,
      `with found as (
         select p.id as project_id, u.id as user_id, u.username from projects p, users u
         where p.id = ? and p.deleted_at is null and u.id = ? and u.deleted_at is null for key share),
       added as (
         insert into project_members (project_id, user_id, role_id) select project_id, user_id, ? from found
         returning id, project_id, user_id, role_id)
       select ${COLUMNS} from added m join found u on u.user_id = m.user_id`,
      [projectId, userId, roleId],
    );
    if (rows[0] === undefined) throw new Error('The project or the user does not exist any more; no member was added.');
    return memberOf(rows[0]);
  });
}

function memberOf(row: MemberRow): Member {
  return { id: row.id, projectId: row.project_id, userId: row.user_id, username: row.username, roleId: row.role_id };
}
