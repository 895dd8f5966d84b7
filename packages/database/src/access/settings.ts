import type { AccessSettings, Settings } from '@berth/access';
import type { Knex } from 'knex';
import { rowsOf } from '../transactions.ts';

const DEFAULTS: AccessSettings = { projectCreation: 'everyone', createProjectOnPush: true };

/** Settings as one JSON value per group. A group that was never saved, or an older one without a newer field, has the defaults. */
export function createSettings(knex: Knex): Settings {
  return {
    async access() {
      const rows = await rowsOf<{ value: Partial<AccessSettings> }>(knex, `select value from settings where name = 'access'`, []);
      return { ...DEFAULTS, ...rows[0]?.value };
    },

    async saveAccess(settings) {
      await rowsOf(
        knex,
        `insert into settings (name, value) values ('access', ?::jsonb)
         on conflict (name) do update set value = excluded.value, updated_at = now()`,
        [JSON.stringify(settings)],
      );
    },
  };
}
