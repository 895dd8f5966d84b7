import { type AccessToken, type AccessTokens, type LivingAccessToken, type NewAccessToken, rightSet } from '@berth/access';
import { say } from '@berth/oci';
import type { Knex } from 'knex';
import { inTransaction, rowsOf } from '../transactions.ts';
import { permissionOf, type RightsRow, rightsOf, writeRights } from './listed-rights.ts';
import { readPage } from './paging.ts';
import { namingConflicts } from './unique-violations.ts';
import type { AccessOptions } from './users.ts';

interface TokenRow {
  readonly id: number;
  readonly user_id: number;
  readonly name: string;
  readonly narrowed: boolean;
  readonly expires_at: Date | null;
  readonly last_used_at: Date | null;
  readonly created_at: Date;
  readonly rights: readonly RightsRow[];
}

const MAX_TOKENS = 100;
const RIGHTS = rightsOf('access_token_id', 't.id');
const COLUMNS = `t.id, t.user_id, t.name, t.narrowed, t.expires_at, t.last_used_at, t.created_at, ${RIGHTS} as rights`;
const LIVING = `select t.id, t.user_id, t.narrowed, ${RIGHTS} as rights from access_tokens t where (t.expires_at is null or t.expires_at > now())`;

/** A token that lives: its id. */
export const LIVING_ACCESS_TOKEN = { name: 'living_access_token', text: `${LIVING} and t.id = $1` };

const UNIQUE_FIELDS = [
  { constraint: 'access_tokens_name', field: 'name', sentence: say('token-name-taken')`An access token with this name exists already.` },
];

/** Personal access tokens in Postgres. */
export function createAccessTokens({ knex, lookups }: AccessOptions): AccessTokens {
  return {
    create: (token) => create(knex, token),

    list: (userId, query) =>
      readPage<TokenRow, AccessToken>(
        knex,
        {
          select: COLUMNS,
          from: 'access_tokens t where t.user_id = ?',
          bindings: [userId],
          sortable: { id: 't.id', name: 't.name', createdAt: 't.created_at' },
          defaultSort: [{ field: 'id', descending: true }],
          tieBreak: 't.id',
          toItem: tokenOf,
        },
        query,
      ),

    async remove(userId, id) {
      const rows = await rowsOf(knex, 'delete from access_tokens where user_id = ? and id = ? returning 1', [userId, id]);
      return rows.length > 0;
    },

    async findLiving(id) {
      const rows = await lookups.query<TokenRow>(LIVING_ACCESS_TOKEN, [id]);
      return rows[0] && livingOf(rows[0]);
    },

    async findBySecret(secretHash) {
      const rows = await rowsOf<TokenRow>(knex, `${LIVING} and t.secret_hash = ?`, [secretHash]);
      return rows[0] && livingOf(rows[0]);
    },

    async recordUses(uses) {
      await rowsOf(
        knex,
        `update access_tokens t set last_used_at = used.at
         from (select unnest(?::bigint[]) as id, unnest(?::timestamptz[]) as at) used
         where t.id = used.id and (t.last_used_at is null or t.last_used_at < used.at)`,
        [[...uses.keys()], [...uses.values()].map((at) => at.toISOString())],
      );
    },
  };
}

async function create(knex: Knex, token: NewAccessToken): Promise<AccessToken | 'too many'> {
  return namingConflicts(UNIQUE_FIELDS, () =>
    inTransaction(knex, async (transaction) => {
      // The owner is locked against deletion, and his tokens are counted one request at a time.
      const owner = await rowsOf(transaction, 'select 1 from users where id = ? and deleted_at is null for no key update', [token.userId]);
      if (owner.length === 0) throw new Error('The user does not exist any more; no token was created.');
      const [count] = await rowsOf<{ own: number }>(transaction, 'select count(*) as own from access_tokens where user_id = ?', [
        token.userId,
      ]);
      if ((count?.own ?? 0) >= MAX_TOKENS) return 'too many';
      const rows = await rowsOf<{ id: number }>(
        transaction,
        `insert into access_tokens (user_id, name, secret_hash, narrowed, expires_at)
         values (?, ?, ?, ?, now() + make_interval(days => ?)) returning id`,
        [token.userId, token.name, token.secretHash, token.permissions !== undefined, token.durationDays ?? null],
      );
      const id = rows[0]?.id ?? 0;
      await writeRights(transaction, { holder: 'access_token_id', id }, token.permissions ?? []);
      const made = await rowsOf<TokenRow>(transaction, `select ${COLUMNS} from access_tokens t where t.id = ?`, [id]);
      if (made[0] === undefined) throw new Error('The database did not return the token it created.');
      return tokenOf(made[0]);
    }),
  );
}

function tokenOf(row: TokenRow): AccessToken {
  return {
    id: row.id,
    userId: row.user_id,
    name: row.name,
    permissions: row.narrowed ? row.rights.map(permissionOf) : undefined,
    expiresAt: row.expires_at ?? undefined,
    lastUsedAt: row.last_used_at ?? undefined,
    createdAt: row.created_at,
  };
}

function livingOf(row: TokenRow): LivingAccessToken {
  return { id: row.id, userId: row.user_id, limit: row.narrowed ? rightSet(row.rights.map(permissionOf)) : undefined };
}
