import type { NewUser, User, UserCredential, UserProfileChange, UserQuery, Users } from '@berth/access';
import { say } from '@berth/oci';
import type { Knex } from 'knex';
import type { Lookups } from '../lookups.ts';
import { inTransaction, rowsOf } from '../transactions.ts';
import { containsPattern, isSearchable, nameKey } from './name-keys.ts';
import { readPage } from './paging.ts';
import { namingConflicts } from './unique-violations.ts';

export interface AccessOptions {
  /** For transactions and lists. */
  readonly knex: Knex;
  /** For the reads behind every request. */
  readonly lookups: Lookups;
}

interface UserRow {
  readonly id: number;
  readonly username: string;
  readonly email: string;
  readonly realname: string;
  readonly comment: string;
  readonly system_admin: boolean;
  readonly created_at: Date;
  readonly updated_at: Date;
}

interface CredentialRow extends UserRow {
  readonly password_hash: string;
  readonly credential_version: number;
}

const COLUMNS = 'id, username, email, realname, comment, system_admin, created_at, updated_at';

/** Who a token was made for and whether it still counts: user id. One index lookup. */
export const CREDENTIAL_BY_ID = {
  name: 'credential_by_id',
  text: `select ${COLUMNS}, credential_version from users where id = $1 and deleted_at is null`,
};

const UNIQUE_FIELDS = [
  { constraint: 'users_username_living', field: 'username', sentence: say('username-taken')`A user with this name exists already.` },
  { constraint: 'users_email_living', field: 'email', sentence: say('email-taken')`A user with this e-mail address exists already.` },
];

/** Users in Postgres. A deleted user keeps the row, without name in the unique indexes and without memberships. */
export function createUsers({ knex, lookups }: AccessOptions): Users {
  return {
    create: (user) => create(knex, user),

    async find(id) {
      const rows = await rowsOf<UserRow>(knex, `select ${COLUMNS} from users where id = ? and deleted_at is null`, [id]);
      return rows[0] && userOf(rows[0]);
    },

    findCredential: (username) => findCredential(knex, username),

    async findCredentialById(id) {
      const rows = await lookups.query<CredentialRow>(CREDENTIAL_BY_ID, [id]);
      return rows[0] && { user: userOf(rows[0]), credentialVersion: rows[0].credential_version };
    },

    list: (query) => list(knex, query),
    updateProfile: (id, change) => updateProfile(knex, id, change),

    async setPassword(id, passwordHash) {
      const rows = await rowsOf(
        knex,
        `update users set password_hash = ?, password_generated = false, credential_version = credential_version + 1, updated_at = now()
         where id = ? and deleted_at is null returning 1`,
        [passwordHash, id],
      );
      return rows.length > 0;
    },

    async hasGeneratedPassword(id) {
      const rows = await rowsOf(knex, 'select 1 from users where id = ? and password_generated and deleted_at is null', [id]);
      return rows.length > 0;
    },

    setSystemAdmin: (id, systemAdmin) => setSystemAdmin(knex, id, systemAdmin),
    remove: (id) => remove(knex, id),

    async any() {
      const rows = await rowsOf(knex, 'select 1 from users where deleted_at is null limit 1', []);
      return rows.length > 0;
    },
  };
}

async function create(knex: Knex, user: NewUser): Promise<User> {
  return namingConflicts(UNIQUE_FIELDS, async () => {
    const rows = await rowsOf<UserRow>(
      knex,
      `insert into users (username, username_key, email, email_key, realname, comment, password_hash, password_generated, system_admin)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?) returning ${COLUMNS}`,
      [
        user.username,
        nameKey(user.username),
        user.email,
        nameKey(user.email),
        user.realname,
        user.comment,
        user.passwordHash,
        user.passwordGenerated ?? false,
        user.systemAdmin,
      ],
    );
    const [row] = rows;
    if (row === undefined) throw new Error('The database did not return the user it created.');
    return userOf(row);
  });
}

async function findCredential(knex: Knex, username: string): Promise<UserCredential | undefined> {
  if (!isSearchable(username)) return undefined;
  const rows = await rowsOf<CredentialRow>(
    knex,
    `select ${COLUMNS}, password_hash, credential_version from users where username_key = ? and deleted_at is null`,
    [nameKey(username)],
  );
  const row = rows[0];
  return row && { user: userOf(row), passwordHash: row.password_hash, credentialVersion: row.credential_version };
}

async function list(knex: Knex, query: UserQuery): ReturnType<Users['list']> {
  if (!isSearchable(query.search, query.usernamePart, query.emailPart, query.username, query.email)) return { items: [], total: 0 };
  const conditions = ['deleted_at is null'];
  const bindings: string[] = [];
  if (query.search !== undefined) {
    conditions.push('(username_key like ? or email_key like ?)');
    bindings.push(containsPattern(nameKey(query.search)), containsPattern(nameKey(query.search)));
  }
  if (query.usernamePart !== undefined) {
    conditions.push('username_key like ?');
    bindings.push(containsPattern(nameKey(query.usernamePart)));
  }
  if (query.emailPart !== undefined) {
    conditions.push('email_key like ?');
    bindings.push(containsPattern(nameKey(query.emailPart)));
  }
  if (query.username !== undefined) {
    conditions.push('username_key = ?');
    bindings.push(nameKey(query.username));
  }
  if (query.email !== undefined) {
    conditions.push('email_key = ?');
    bindings.push(nameKey(query.email));
  }
  return readPage<UserRow, User>(
    knex,
    {
      select: COLUMNS,
      from: `users where ${conditions.join(' and ')}`,
      bindings,
      sortable: { id: 'id', username: 'username_key', email: 'email_key', createdAt: 'created_at', updatedAt: 'updated_at' },
      defaultSort: [{ field: 'username', descending: false }],
      tieBreak: 'id',
      toItem: userOf,
    },
    query,
  );
}

async function updateProfile(knex: Knex, id: number, change: UserProfileChange): Promise<boolean> {
  return namingConflicts(UNIQUE_FIELDS, async () => {
    const rows = await rowsOf(
      knex,
      `update users set email = coalesce(?, email), email_key = coalesce(?, email_key), realname = coalesce(?, realname),
         comment = coalesce(?, comment), updated_at = now()
       where id = ? and deleted_at is null returning 1`,
      [
        change.email ?? null,
        change.email === undefined ? null : nameKey(change.email),
        change.realname ?? null,
        change.comment ?? null,
        id,
      ],
    );
    return rows.length > 0;
  });
}

async function setSystemAdmin(knex: Knex, id: number, systemAdmin: boolean): Promise<'changed' | 'absent' | 'last admin'> {
  return inTransaction(knex, async (transaction) => {
    if (!systemAdmin && (await isLastAdministrator(transaction, id))) return 'last admin';
    const rows = await rowsOf(
      transaction,
      'update users set system_admin = ?, updated_at = now() where id = ? and deleted_at is null returning 1',
      [systemAdmin, id],
    );
    return rows.length > 0 ? 'changed' : 'absent';
  });
}

async function remove(knex: Knex, id: number): Promise<'removed' | 'absent' | 'last admin'> {
  return inTransaction(knex, async (transaction) => {
    if (await isLastAdministrator(transaction, id)) return 'last admin';
    // FOR UPDATE waits for a membership that is being added, and holds off the next.
    const rows = await rowsOf(transaction, 'select 1 from users where id = ? and deleted_at is null for update', [id]);
    if (rows.length === 0) return 'absent';
    await rowsOf(
      transaction,
      'update users set deleted_at = now(), updated_at = now(), credential_version = credential_version + 1 where id = ?',
      [id],
    );
    await rowsOf(transaction, 'delete from project_members where user_id = ?', [id]);
    await rowsOf(transaction, 'delete from user_group_members where user_id = ?', [id]);
    await rowsOf(transaction, 'delete from access_tokens where user_id = ?', [id]);
    return 'removed';
  });
}

/** Locks all administrators in one order: of two that are removed at once, the second sees the first gone. */
async function isLastAdministrator(transaction: Knex, id: number): Promise<boolean> {
  const rows = await rowsOf<{ id: number }>(
    transaction,
    'select id from users where system_admin and deleted_at is null order by id for update',
    [],
  );
  return rows.length === 1 && rows[0]?.id === id;
}

function userOf(row: UserRow): User {
  return {
    id: row.id,
    username: row.username,
    email: row.email,
    realname: row.realname,
    comment: row.comment,
    systemAdmin: row.system_admin,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
