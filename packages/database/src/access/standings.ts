import {
  isProjectAction,
  isRoleId,
  type MemberProjects,
  type ProjectAction,
  type ProjectStanding,
  RepositoryPattern,
  ROLE_ACTIONS,
  ROLES,
  type RoleId,
  type StandingGrant,
  type Standings,
} from '@berth/access';
import type { Knex } from 'knex';
import { rowsOf } from '../transactions.ts';
import { PROJECT_GRANTS } from './project-grants.ts';
import type { AccessOptions } from './users.ts';

/** A membership; name and actions of Harbor's own roles are null, since the program knows them. */
interface GrantRow {
  readonly role: number;
  readonly name: string | null;
  readonly actions: readonly string[] | null;
  readonly patterns: readonly string[] | null;
}

interface StandingRow {
  readonly id: number;
  readonly public: boolean;
  readonly grants: readonly GrantRow[];
}

const GRANT = `json_build_object('role', m.role_id, 'patterns', m.repository_patterns,
  'name', case when m.role_id >= 100 or m.repository_patterns is not null then (select r.name from roles r where r.id = m.role_id) end,
  'actions', case when m.role_id >= 100 then (select r.actions from roles r where r.id = m.role_id) end)`;

const STANDING = `select p.id, p.public,
  array(select ${GRANT} from project_members m where m.project_id = p.id and m.user_id = $2
    union all
    select ${GRANT} from user_group_members g join project_members m on m.group_id = g.group_id and m.project_id = p.id
    where g.user_id = $2) as grants
from projects p`;

/** A project and the roles of a user in it, held by himself or by his groups: project name, user id or null. By index throughout. */
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

    memberProjects: (userId) => memberProjects(knex, userId),

    async administers(userId) {
      const rows = await rowsOf(
        knex,
        `select 1 from ${PROJECT_GRANTS} m join projects p on p.id = m.project_id
         where m.user_id = ? and m.role_id = ? and m.repository_patterns is null and p.deleted_at is null limit 1`,
        [userId, ROLES.projectAdmin],
      );
      return rows.length > 0;
    },

    async rolesIn(projectIds, userId) {
      const rows = await rowsOf<{ project_id: number; roles: number[] }>(
        knex,
        `select project_id, array_agg(distinct role_id::integer order by role_id::integer) as roles from ${PROJECT_GRANTS} m
         where user_id = ? and project_id = any(?::bigint[]) and repository_patterns is null group by project_id`,
        [userId, projectIds],
      );
      return new Map(rows.map((row) => [row.project_id, row.roles.filter(isRoleId)]));
    },
  };
}

interface MemberProjectRow extends GrantRow {
  readonly id: number;
}

async function memberProjects(knex: Knex, userId: number): Promise<MemberProjects> {
  const rows = await rowsOf<MemberProjectRow>(
    knex,
    `select p.id, m.role_id::integer as role, r.name, r.actions, m.repository_patterns as patterns
     from ${PROJECT_GRANTS} m join projects p on p.id = m.project_id join roles r on r.id = m.role_id
     where m.user_id = ? and p.deleted_at is null order by p.id`,
    [userId],
  );
  const listing = rows.filter(({ patterns, ...row }) => patterns !== null || actionsOf(row).has('repository:list'));
  const projectIds = [...new Set(listing.filter(({ patterns }) => patterns === null).map(({ id }) => id))];
  const narrowed = listing.filter(({ id }) => !projectIds.includes(id));
  return {
    projectIds,
    narrowedProjectIds: [...new Set(narrowed.map(({ id }) => id))],
    repositoryPatterns: narrowed.flatMap(({ patterns }) => (patterns ?? []).map((text) => RepositoryPattern.of(text).posix)),
  };
}

const NOTHING: ReadonlySet<ProjectAction> = new Set();

function actionsOf({ role, actions }: Pick<GrantRow, 'role' | 'actions'>): ReadonlySet<ProjectAction> {
  if (isRoleId(role)) return ROLE_ACTIONS.get(role) ?? NOTHING;
  return new Set((actions ?? []).filter(isProjectAction));
}

function standingOf({ id, public: isPublic, grants }: StandingRow): ProjectStanding {
  const whole = grants.filter(({ patterns, role }) => patterns === null && isRoleId(role)).map(({ role }) => role as RoleId);
  const others = grants.filter(({ patterns, role }) => patterns !== null || !isRoleId(role)).map(grantOf);
  return {
    projectId: id,
    public: isPublic,
    roles: [...new Set(whole)].sort((a, b) => a - b),
    ...(others.length === 0 ? {} : { grants: others }),
  };
}

function grantOf(row: GrantRow): StandingGrant {
  return {
    role: row.name ?? String(row.role),
    actions: actionsOf(row),
    ...(row.patterns === null ? {} : { patterns: row.patterns.map((text) => RepositoryPattern.of(text)) }),
  };
}
