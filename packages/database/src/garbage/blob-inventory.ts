import type { Digest } from '@berth/oci';
import type { BlobInventory, StorageKey } from '@berth/registry';
import type { Knex } from 'knex';
import { rowsOf } from '../transactions.ts';

interface Row {
  readonly id: number;
  readonly digest: Digest;
  readonly size: number;
  readonly storage_key: StorageKey;
  readonly state: string;
}

export function createBlobInventory(knex: Knex): BlobInventory {
  const setState = async (key: StorageKey, digest: Digest, states: readonly [from: string, to: string]): Promise<void> => {
    const [from, to] = states;
    await rowsOf(knex, 'update blobs set state = ? where digest = ? and storage_key = ? and state = ?', [to, digest, key, from]);
  };
  return {
    async page(after, limit) {
      const rows = await rowsOf<Row>(knex, 'select id, digest, size, storage_key, state from blobs where id > ? order by id limit ?', [
        after,
        limit,
      ]);
      return rows.map(({ id, digest, size, storage_key: key, state }) => ({
        id,
        object: { key, digest, size },
        quarantined: state === 'quarantined',
      }));
    },

    async isCurrent({ key, digest }) {
      return (await rowsOf(knex, 'select 1 from blobs where digest = ? and storage_key = ?', [digest, key])).length > 0;
    },

    async known(keys) {
      const rows = await rowsOf<{ key: StorageKey }>(
        knex,
        `select key from unnest(?::text[]) as key where exists (select 1 from blobs b where b.storage_key = key)
           or exists (select 1 from upload_sessions s where s.storage_key = key)
           or exists (select 1 from blob_deletions d where d.storage_key = key)`,
        [keys],
      );
      return new Set(rows.map(({ key }) => key));
    },

    quarantine: ({ key, digest }) => setState(key, digest, ['live', 'quarantined']),
    release: ({ key, digest }) => setState(key, digest, ['quarantined', 'live']),

    async totals() {
      const rows = await rowsOf<{ blobs: number; bytes: number }>(
        knex,
        'select count(*) as blobs, coalesce(sum(size), 0)::bigint as bytes from blobs',
        [],
      );
      return rows[0] ?? { blobs: 0, bytes: 0 };
    },

    async scrubPosition() {
      const rows = await rowsOf<{ after: number }>(
        knex,
        `select (value->>'after')::bigint as after from settings where name = 'scrub'`,
        [],
      );
      return rows[0]?.after ?? 0;
    },

    async saveScrubPosition(after) {
      await rowsOf(
        knex,
        `insert into settings (name, value) values ('scrub', ?::jsonb)
         on conflict (name) do update set value = excluded.value, updated_at = now()`,
        [JSON.stringify({ after })],
      );
    },
  };
}
