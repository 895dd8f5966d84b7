import type { SigningKeys } from '@berth/tokens';
import type { Knex } from 'knex';
import { inTransaction, rowsOf } from '../transactions.ts';

interface KeyRow {
  readonly kid: string;
  readonly sealed: Buffer;
  readonly age_seconds: number;
}

/** The ring of signing keys in Postgres, newest by id: a clock that was set back changes no order. */
export function createSigningKeys(knex: Knex): SigningKeys {
  return {
    async list() {
      const rows = await rowsOf<KeyRow>(
        knex,
        'select kid, sealed, greatest(0, extract(epoch from now() - created_at))::float8 as age_seconds from signing_keys order by id desc',
        [],
      );
      return rows.map((row) => ({ kid: row.kid, sealed: row.sealed, ageSeconds: row.age_seconds }));
    },

    async add(key, newest) {
      return inTransaction(knex, async (transaction) => {
        // Serialises those who add; reading goes on.
        await rowsOf(transaction, 'lock table signing_keys in share row exclusive mode', []);
        const rows = await rowsOf<{ kid: string }>(transaction, 'select kid from signing_keys order by id desc limit 1', []);
        if (rows[0]?.kid !== newest) return false;
        await rowsOf(transaction, 'insert into signing_keys (kid, sealed) values (?, ?)', [key.kid, key.sealed]);
        return true;
      });
    },

    async removeOlderThan(ageSeconds) {
      const rows = await rowsOf(
        knex,
        `delete from signing_keys where created_at < now() - make_interval(secs => ?) and id < (select max(id) from signing_keys) returning 1`,
        [ageSeconds],
      );
      return rows.length;
    },
  };
}
