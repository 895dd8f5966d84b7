import { type LivingRobot, type NewRobot, type Page, type Robot, type RobotChange, type Robots, rightSet } from '@berth/access';
import { say } from '@berth/oci';
import type { Knex } from 'knex';
import { inTransaction, rowsOf } from '../transactions.ts';
import { permissionOf, type RightsRow, rightsOf, writeRights } from './listed-rights.ts';
import { containsPattern, isSearchable } from './name-keys.ts';
import { readPage } from './paging.ts';
import { ROBOT_PREFIX } from './settings.ts';
import { namingConflicts } from './unique-violations.ts';
import type { AccessOptions } from './users.ts';

interface RobotRow {
  readonly id: number;
  readonly full_name: string;
  readonly project_id: number | null;
  readonly description: string;
  readonly disabled: boolean;
  readonly duration_days: number;
  readonly expires_at: Date | null;
  readonly creator_kind: 'user' | 'robot';
  readonly creator_id: number;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly rights: readonly RightsRow[];
}

interface LivingRow {
  readonly id: number;
  readonly full_name: string;
  readonly credential_version: number;
  readonly secret_hash: string;
  readonly rights: readonly RightsRow[];
}

const FULL_NAME = `${ROBOT_PREFIX} || coalesce(rp.name || '+', '') || r.name`;
const RIGHTS = rightsOf('robot_id', 'r.id');
const COLUMNS = `r.id, ${FULL_NAME} as full_name, r.project_id, r.description, r.disabled, r.duration_days, r.expires_at, r.creator_kind,
  r.creator_id, r.created_at, r.updated_at, ${RIGHTS} as rights`;
const TABLES = 'robots r left join projects rp on rp.id = r.project_id';
const LIVING = `select r.id, ${FULL_NAME} as full_name, r.credential_version, r.secret_hash, ${RIGHTS} as rights from ${TABLES}
  where not r.disabled and (r.expires_at is null or r.expires_at > now()) and rp.deleted_at is null`;

/** A robot that lives: its id. */
export const LIVING_ROBOT = { name: 'living_robot', text: `${LIVING} and r.id = $1` };

const UNIQUE_FIELDS = [
  { constraint: 'robots_name', field: 'name', sentence: say('robot-name-taken')`A robot account with this name exists already.` },
];
const EXPIRES = `case when ? = -1 then null else created_at + make_interval(days => ?) end`;

/** Robot accounts in Postgres. Whether one has expired is told by the database's clock. */
export function createRobots({ knex, lookups }: AccessOptions): Robots {
  return {
    create: (robot) => create(knex, robot),

    async find(id) {
      const rows = await rowsOf<RobotRow>(knex, `select ${COLUMNS} from ${TABLES} where r.id = ? and rp.deleted_at is null`, [id]);
      return rows[0] && robotOf(rows[0]);
    },

    list: (query) => list(knex, query),
    update: (id, change) => update(knex, id, change),

    async setSecret(id, secretHash) {
      const rows = await rowsOf(
        knex,
        'update robots set secret_hash = ?, credential_version = credential_version + 1, updated_at = now() where id = ? returning 1',
        [secretHash, id],
      );
      return rows.length > 0;
    },

    async remove(id) {
      const rows = await rowsOf(knex, 'delete from robots where id = ? returning 1', [id]);
      return rows.length > 0;
    },

    async findLiving(id) {
      const rows = await lookups.query<LivingRow>(LIVING_ROBOT, [id]);
      return rows[0] && livingOf(rows[0]);
    },

    async findCredential(name, projectName) {
      if (!isSearchable(name, projectName)) return undefined;
      const rows = await rowsOf<LivingRow>(knex, `${LIVING} and r.name = ? and rp.name is not distinct from ?::text`, [
        name,
        projectName ?? null,
      ]);
      return rows[0] && { ...livingOf(rows[0]), secretHash: rows[0].secret_hash };
    },

    async warnBeforeExpiry(days) {
      const rows = await rowsOf(
        knex,
        `with due as (
           update robots set expiry_warned_at = now()
           where id in (select id from robots where expiry_warned_at is null and not disabled and expires_at > now()
             and expires_at < now() + make_interval(days => ?) order by expires_at limit 100 for update skip locked)
           returning id, project_id, name, expires_at)
         insert into account_events (kind, account, project_id, detail)
         select 'robot.expiring', 'robot:' || id, project_id, jsonb_build_object('name', name, 'expires_at', expires_at) from due returning 1`,
        [days],
      );
      return rows.length;
    },
  };
}

async function create(knex: Knex, robot: NewRobot): Promise<Robot> {
  return namingConflicts(UNIQUE_FIELDS, () =>
    inTransaction(knex, async (transaction) => {
      const rows = await rowsOf<{ id: number }>(
        transaction,
        `insert into robots (name, project_id, description, secret_hash, disabled, duration_days, expires_at, creator_kind, creator_id)
         values (?, ?, ?, ?, ?, ?, case when ? = -1 then null else now() + make_interval(days => ?) end, ?, ?) returning id`,
        [
          robot.name,
          robot.projectId ?? null,
          robot.description,
          robot.secretHash,
          robot.disabled,
          robot.durationDays,
          robot.durationDays,
          robot.durationDays,
          robot.creator.kind,
          robot.creator.id,
        ],
      );
      const id = rows[0]?.id ?? 0;
      await writeRights(transaction, { holder: 'robot_id', id }, robot.permissions);
      const made = await rowsOf<RobotRow>(transaction, `select ${COLUMNS} from ${TABLES} where r.id = ?`, [id]);
      if (made[0] === undefined) throw new Error('The database did not return the robot account it created.');
      return robotOf(made[0]);
    }),
  );
}

async function list(knex: Knex, query: Parameters<Robots['list']>[0]): Promise<Page<Robot>> {
  if (!isSearchable(query.namePart, query.exactName)) return { items: [], total: 0 };
  const conditions = ['r.project_id is not distinct from ?::bigint', 'rp.deleted_at is null'];
  const bindings: unknown[] = [query.projectId ?? null];
  if (query.namePart !== undefined) {
    conditions.push(`${FULL_NAME} like ?`);
    bindings.push(containsPattern(query.namePart));
  }
  if (query.exactName !== undefined) {
    conditions.push(`? in (r.name, coalesce(rp.name || '+', '') || r.name, ${FULL_NAME})`);
    bindings.push(query.exactName);
  }
  return readPage<RobotRow, Robot>(
    knex,
    {
      select: COLUMNS,
      from: `${TABLES} where ${conditions.join(' and ')}`,
      bindings,
      sortable: { id: 'r.id', name: 'r.name', createdAt: 'r.created_at', updatedAt: 'r.updated_at', expiresAt: 'r.expires_at' },
      defaultSort: [{ field: 'name', descending: false }],
      tieBreak: 'r.id',
      toItem: robotOf,
    },
    query,
  );
}

async function update(knex: Knex, id: number, change: RobotChange): Promise<boolean> {
  return inTransaction(knex, async (transaction) => {
    const { description, disabled, durationDays } = change;
    const rows = await rowsOf(
      transaction,
      `update robots set description = ?, disabled = ?, duration_days = ?, expires_at = ${EXPIRES},
         expiry_warned_at = case when duration_days = ? then expiry_warned_at end, updated_at = now()
       where id = ? returning 1`,
      [description, disabled, durationDays, durationDays, durationDays, durationDays, id],
    );
    if (rows.length === 0) return false;
    await writeRights(transaction, { holder: 'robot_id', id }, change.permissions);
    return true;
  });
}

function robotOf(row: RobotRow): Robot {
  return {
    id: row.id,
    fullName: row.full_name,
    projectId: row.project_id ?? undefined,
    description: row.description,
    disabled: row.disabled,
    durationDays: row.duration_days,
    expiresAt: row.expires_at ?? undefined,
    permissions: row.rights.map(permissionOf),
    creator: { kind: row.creator_kind, id: row.creator_id },
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

function livingOf(row: LivingRow): LivingRobot {
  return {
    actor: { kind: 'robot', id: row.id, name: row.full_name, rights: rightSet(row.rights.map(permissionOf)) },
    credentialVersion: row.credential_version,
  };
}
