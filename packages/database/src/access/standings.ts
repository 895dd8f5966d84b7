import type { ProjectStanding, RoleId, Standings } from '@berth/access';
import { rowsOf } from '../transactions.ts';
import type { AccessOptions } from './users.ts';

interface StandingRow {
  readonly id: number;
  readonly public: boolean;
  readonly roles: RoleId[];
}

const STANDING = `select p.id, p.public,
  array(select m.role_id::integer from project_members m where m.project_id = p.id and m.user_id = $2) as roles
from projects p`;

/** A project and the roles of a user in it: project name, user id or null. Two index lookups. */
export const STANDING_BY_NAME = { name: 'standing_by_name', text: `${STANDING} where p.name = $1 and p.deleted_at is null` };
/** The same by project id. */
export const STANDING_BY_ID = { name: 'standing_by_id', text: `${STANDING} where p.id = $1 and p.deleted_at is null` };

/** What deciding needs, read afresh; whoever caches it does so for seconds only (law 6). */
export function createStandings({ knex, lookups }: AccessOptions): Standings {
  return {
    async inProject(name, userId) {
      const rows = await lookups.query<StandingRow>(STANDING_BY_NAME, [name, userId ?? null]);
      return rows[0] && standingOf(rows[0]);
    },

    async inProjectId(id, userId) {
      const rows = await lookups.query<StandingRow>(STANDING_BY_ID, [id, userId ?? null]);
      return rows[0] && standingOf(rows[0]);
    },

    async memberProjects(userId) {
      // Every one of Harbor's roles may read.
      const rows = await rowsOf<{ id: number }>(
        knex,
        'select p.id from project_members m join projects p on p.id = m.project_id where m.user_id = ? and p.deleted_at is null order by p.id',
        [userId],
      );
      return rows.map(({ id }) => id);
    },

    async rolesIn(projectIds, userId) {
      const rows = await rowsOf<{ project_id: number; roles: RoleId[] }>(
        knex,
        `select project_id, array_agg(role_id::integer order by role_id) as roles from project_members
         where user_id = ? and project_id = any(?::bigint[]) group by project_id`,
        [userId, projectIds],
      );
      return new Map(rows.map((row) => [row.project_id, row.roles]));
    },
  };
}

function standingOf(row: StandingRow): ProjectStanding {
  return { projectId: row.id, public: row.public, roles: row.roles };
}
