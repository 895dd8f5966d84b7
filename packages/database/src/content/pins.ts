import type { Pins } from '@berth/registry';
import type { Knex } from 'knex';
import { rowsOf } from '../transactions.ts';

/** The foreign key of a pin locks its manifest FOR KEY SHARE, so a deletion that comes second sees the pin, and one that came first is seen. */
export function createPins(knex: Knex): Pins {
  return {
    async pin(manifestId, { reason, actor }) {
      const rows = await rowsOf(
        knex,
        `insert into manifest_pins (manifest_id, reason, pinned_by)
         select m.id, ?, ? from manifests m where m.id = ? for key share
         on conflict (manifest_id) do update set reason = excluded.reason, pinned_by = excluded.pinned_by, pinned_at = now()
         returning 1`,
        [reason, actor, manifestId],
      );
      return rows.length > 0;
    },

    async unpin(manifestId) {
      return (await rowsOf(knex, 'delete from manifest_pins where manifest_id = ? returning 1', [manifestId])).length > 0;
    },
  };
}
