import type { Digest } from '@berth/oci';
import type { MoveRecords, MoveState, StorageKey } from '@berth/registry';
import type { Knex } from 'knex';
import { rowsOf } from '../transactions.ts';

const NO_ID = '00000000-0000-0000-0000-000000000000';

interface UploadRow {
  readonly id: string;
  readonly storage_key: StorageKey;
  readonly stored_offset: number;
  readonly checkpoint_state: string;
  readonly sealing_digest: Digest | null;
}

/** How a move of the storage stands: one row of settings. */
export function createMoveRecords(knex: Knex): MoveRecords {
  const change = async (values: Partial<MoveState>): Promise<void> => {
    await rowsOf(knex, `update settings set value = value || ?::jsonb, updated_at = now() where name = 'storage_move'`, [
      JSON.stringify(values),
    ]);
  };
  return {
    state: async () => (await rowsOf<{ value: MoveState }>(knex, `select value from settings where name = 'storage_move'`, []))[0]?.value,
    save: ({ after, copying }) => change({ after, copying }),
    end: () => change({ ended: true, after: 0, copying: [] }),
    async uploads(after, limit) {
      const rows = await rowsOf<UploadRow>(
        knex,
        `select id, storage_key, stored_offset, checkpoint_state, sealing_digest from upload_sessions where id > ? order by id limit ?`,
        [after === '' ? NO_ID : after, limit],
      );
      return rows.map(({ id, storage_key: key, stored_offset: offset, checkpoint_state: state, sealing_digest: sealing }) => ({
        ...{ id, key, checkpoint: { offset, state } },
        sealing: sealing ?? undefined,
      }));
    },
  };
}

/** The two storages of a configuration: their ids, and what tells apart storages whose ids are the same. */
export interface MovePlaces {
  readonly from: string;
  readonly to: string;
  readonly sourceId: string;
  readonly targetId: string;
}

export type MoveStart =
  | { readonly outcome: 'begun' | 'under way' | 'ended' }
  /** The blobs are in neither of the two. */
  | { readonly outcome: 'unknown storage'; readonly known: string }
  /** Another move has not ended. */
  | { readonly outcome: 'other move'; readonly from: string; readonly to: string };

/** Records that new blobs go to another storage from now on. Going back while a move is under way is a move, too. */
export async function beginMove(knex: Knex, places: MovePlaces): Promise<MoveStart> {
  const { from, to, sourceId, targetId } = places;
  return knex.transaction(async (transaction) => {
    await rowsOf(transaction, `insert into settings (name, value) values ('storage', ?::jsonb) on conflict (name) do nothing`, [
      JSON.stringify({ id: sourceId }),
    ]);
    const settings = await rowsOf<{ name: string; value: { id: string } | MoveState }>(
      transaction,
      `select name, value from settings where name in ('storage', 'storage_move') order by name for update`,
      [],
    );
    const known = (settings.find(({ name }) => name === 'storage')?.value as { id: string }).id;
    const move = settings.find(({ name }) => name === 'storage_move')?.value as MoveState | undefined;
    const same = move?.from === from && move.to === to;
    const back = move?.from === to && move.to === from;
    if (same && known === targetId) return { outcome: move.ended ? 'ended' : 'under way' };
    if (move !== undefined && !move.ended && !back) return { outcome: 'other move', from: move.from, to: move.to };
    if (known !== sourceId) return { outcome: 'unknown storage', known };
    const state: MoveState = { from, to, ended: false, after: 0, copying: [] };
    await rowsOf(
      transaction,
      `insert into settings (name, value) values ('storage_move', ?::jsonb), ('storage', ?::jsonb)
       on conflict (name) do update set value = excluded.value, updated_at = now()`,
      [JSON.stringify(state), JSON.stringify({ id: targetId })],
    );
    return { outcome: 'begun' };
  });
}
